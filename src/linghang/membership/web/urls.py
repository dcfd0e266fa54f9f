"""Addresses of membership."""

from django.urls import path

from linghang.membership.web import views

app_name = "membership"
urlpatterns = [
    path("", views.list_applications, name="applications"),
    path("export/", views.export_applications, name="export"),
    path("new/", views.open_application, name="new"),
    path("<int:pk>/", views.show_application, name="application"),
    path("<int:pk>/end/", views.end_application, name="end"),
    path("<int:pk>/move/", views.move_application, name="move"),
    path("<int:pk>/withdraw-step/", views.withdraw_step, name="withdraw-step"),
    path("<int:pk>/steps/<slug:code>/", views.take_step, name="take-step"),
    path("steps/<int:pk>/", views.go_to_step, name="step"),
]
