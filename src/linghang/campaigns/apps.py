from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "linghang.campaigns"
    label = "campaigns"
