"""Addresses of assessment."""

from __future__ import annotations

from django.urls import path

from linghang.assessment.web import views

app_name = "assessment"
urlpatterns = [
    path("", views.list_rounds, name="rounds"),
    path("new/", views.open_round, name="open"),
    path("forms/<int:pk>/", views.show_form, name="form"),
    path("<int:pk>/", views.show_round, name="round"),
    path("<int:pk>/move/", views.move_round, name="move"),
    path("sheets/<int:pk>/", views.show_sheet, name="sheet"),
    path("sheets/<int:pk>/return/", views.return_sheet, name="return"),
    path("marks/<int:pk>/confirm/", views.confirm_mark, name="confirm"),
    path("subjects/<int:pk>/", views.show_subject, name="subject"),
    path("subjects/<int:pk>/slip/", views.enter_slip, name="slip"),
    path("subjects/<int:pk>/slips/", views.confirm_slips, name="slips"),
    path("slips/<int:pk>/withdraw/", views.withdraw_slip, name="withdraw-slip"),
    path("subjects/<int:pk>/visit/", views.record_visit, name="visit"),
    path("subjects/<int:pk>/findings/", views.add_finding, name="add-finding"),
    path("subjects/<int:pk>/sign/", views.sign_visit, name="sign"),
    path("findings/<int:pk>/problem/", views.state_problem, name="problem"),
]
