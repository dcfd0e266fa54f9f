"""Addresses of contests."""

from django.urls import path

from linghang.contests.web.views import contests, objections, teams

app_name = "contests"
urlpatterns = [
    path("", contests.list_contests, name="index"),
    path("add/", contests.add_contest, name="add"),
    path("<int:pk>/", contests.show_contest, name="contest"),
    path("<int:pk>/edit/", contests.edit_contest, name="edit"),
    path("<int:pk>/<slug:code>/", contests.act_on_contest, name="act"),
    path("teams/<int:pk>/", teams.show_team, name="team"),
    path("teams/<int:pk>/records/<slug:criterion>/", teams.list_evidence, name="evidence"),
    path("teams/<int:pk>/object/", objections.object_to_team, name="object"),
    path("objections/<int:pk>/", objections.show_objection, name="objection"),
]
