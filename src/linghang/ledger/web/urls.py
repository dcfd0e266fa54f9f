"""Addresses of the ledger."""

from django.urls import path

from linghang.ledger.web import views

app_name = "ledger"
urlpatterns = [
    path("", views.show_timeline, name="timeline"),
    path("export/", views.export_ledger, name="export"),
    path("<int:pk>/", views.show_entry, name="entry"),
]
