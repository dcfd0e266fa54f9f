from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "linghang.platform.audit"
    label = "audit"
