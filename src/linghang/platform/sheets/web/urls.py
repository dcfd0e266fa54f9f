"""Addresses of the imports."""

from django.urls import path

from linghang.platform.sheets.web import views

app_name = "sheets"

urlpatterns = [
    path("", views.upload, name="upload"),
    path("history/", views.history, name="history"),
    path("template/", views.template, name="template"),
    path("<slug:code>/", views.batch, name="batch"),
    path("<slug:code>/progress/", views.progress, name="progress"),
    path("<slug:code>/apply/", views.apply, name="apply"),
    path("<slug:code>/check/", views.check, name="check"),
    path("<slug:code>/cancel/", views.cancel, name="cancel"),
    path("<slug:code>/faulty/", views.faulty, name="faulty"),
]
