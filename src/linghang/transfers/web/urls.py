"""Addresses of transfers and of members who are away."""

from django.urls import path

from linghang.transfers.web import views

app_name = "transfers"
urlpatterns = [
    path("", views.list_transfers, name="transfers"),
    path("export/", views.export_transfers, name="export"),
    path("out/", views.open_transfer, name="out"),
    path("in/", views.register_letter, name="in"),
    path("away/", views.list_away, name="away"),
    path("away/export/", views.export_away, name="away-export"),
    path("away/leave/", views.register_away, name="leave"),
    path("away/lost/", views.report_lost, name="lost"),
    path("away/<int:pk>/", views.show_away, name="absence"),
    path("away/<int:pk>/<slug:code>/", views.care, name="care"),
    path("<int:pk>/", views.show_transfer, name="transfer"),
    path("<int:pk>/papers/<slug:paper>/", views.send_paper, name="paper"),
    path("<int:pk>/<slug:code>/", views.act, name="act"),
]
