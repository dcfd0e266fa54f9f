"""Addresses of study."""

from django.urls import path

from linghang.study.web import views

app_name = "study"
urlpatterns = [
    path("", views.show_home, name="home"),
    path("classes/", views.list_classes, name="classes"),
    path("classes/new/", views.plan_class, name="new-class"),
    path("classes/<int:pk>/", views.show_class, name="class"),
    path("classes/<int:pk>/edit/", views.change_class, name="edit-class"),
    path("classes/<int:pk>/people/", views.choose_people, name="people"),
    path("classes/<int:pk>/people/drop/", views.drop_people, name="drop-people"),
    path("classes/<int:pk>/sessions/new/", views.plan_session, name="new-session"),
    path("classes/<int:pk>/call-off/", views.call_off_class, name="call-off"),
    path("classes/<int:pk>/book/", views.show_book, name="book"),
    path("sessions/<int:pk>/", views.change_session, name="session"),
    path("sessions/<int:pk>/roll/", views.call_roll, name="roll"),
    path("sessions/<int:pk>/remove/", views.remove_session, name="remove-session"),
    path("hours/", views.show_branches, name="branches"),
    path("hours/mine/", views.show_own, name="mine"),
    path("hours/export/", views.export_hours, name="export"),
    path("hours/<int:pk>/", views.show_branch, name="branch"),
    path("claims/new/", views.claim_hours, name="new-claim"),
    path("claims/<int:pk>/", views.show_claim, name="claim"),
]
