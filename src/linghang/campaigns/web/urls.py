"""Addresses of special actions and commitments."""

from django.urls import path

from linghang.campaigns.web import views

app_name = "campaigns"
urlpatterns = [
    path("", views.list_campaigns, name="campaigns"),
    path("add/", views.add_campaign, name="add-campaign"),
    path("<int:pk>/", views.show_campaign, name="campaign"),
    path("<int:pk>/begin/", views.begin_campaign, name="begin"),
    path("<int:pk>/close/", views.close_campaign, name="close"),
    path("<int:pk>/bulletin/", views.download_bulletin, name="bulletin"),
    path("commitments/", views.list_commitments, name="commitments"),
    path("commitments/add/", views.add_commitment, name="add-commitment"),
    path("commitments/<int:pk>/", views.show_commitment, name="commitment"),
    path("commitments/<int:pk>/report/", views.report, name="report"),
    path("commitments/<int:pk>/problem/", views.raise_problem, name="raise-problem"),
    path("p/<slug:code>/", views.show_public, name="public"),
]
