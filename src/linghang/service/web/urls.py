"""Addresses of service activities."""

from django.urls import path

from linghang.service.web import views

app_name = "service"
urlpatterns = [
    path("", views.list_visits, name="visits"),
    path("add/", views.add_visit, name="add-visit"),
    path("units/<int:pk>/", views.show_unit_panel, name="unit-panel"),
    path("<int:pk>/", views.show_visit, name="visit"),
    path("<int:pk>/correct/", views.correct_visit, name="correct-visit"),
    path("<int:pk>/withdraw/", views.withdraw_visit, name="withdraw-visit"),
]
