"""Addresses of organisation life."""

from django.urls import path

from linghang.activities.web import views

app_name = "activities"
urlpatterns = [
    path("record/", views.record, name="record"),
    path("<int:pk>/", views.show_activity, name="activity"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("cadence/", views.show_cadence, name="cadence"),
    path("units/<int:pk>/", views.show_unit_panel, name="unit_panel"),
    path("duties/<int:pk>/<slug:code>/<str:period>/", views.show_duty, name="duty"),
    path("duties/<int:pk>/waive/", views.waive, name="waive"),
]
