"""Addresses of people."""

from django.urls import path

from linghang.people.web import views

app_name = "people"
urlpatterns = [
    path("", views.list_people, name="list"),
    path("search/", views.search, name="search"),
    path("me/", views.show_me, name="me"),
    path("roster/", views.export_roster, name="export"),
    path("corrections/", views.list_requests, name="requests"),
    path("corrections/ask/", views.ask_correction, name="ask"),
    path("corrections/<int:pk>/", views.show_request, name="request"),
    path("add/", views.add_person, name="add"),
    path("unit/<int:pk>/", views.show_unit_panel, name="unit-panel"),
    path("<int:pk>/", views.show_person, name="person"),
    path("<int:pk>/reveal/", views.reveal, name="reveal"),
    path("<int:pk>/edit/", views.edit_person, name="edit"),
    path("<int:pk>/appoint/", views.appoint, name="appoint"),
    path("<int:pk>/transfer/", views.transfer, name="transfer"),
    path("appointments/<int:pk>/end/", views.end_appointment, name="end-appointment"),
]
