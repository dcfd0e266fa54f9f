"""Addresses of evaluation."""

from django.urls import URLPattern, path

from linghang.evaluation.web.views import (
    cycle,
    drafts,
    objections,
    panels,
    publications,
    runs,
    schemes,
    scores,
    stations,
    trials,
)

app_name = "evaluation"
urlpatterns: list[URLPattern] = [
    path("", cycle.show_cycle, name="index"),
    path("start/", cycle.start_runs, name="start"),
    path("progress/<int:pk>/", cycle.show_progress, name="progress"),
    path("progress/<int:pk>/cancel/", cycle.cancel_run, name="cancel"),
    path("publish/", cycle.publish_runs, name="publish"),
    path("close/", cycle.close_publications, name="close"),
    path("runs/<int:pk>/", runs.show_run, name="run"),
    path("runs/<int:pk>/matrix/", runs.show_matrix, name="matrix"),
    path("runs/<int:pk>/export/", runs.export_run, name="export"),
    path("scores/mine/", scores.show_mine, name="mine"),
    path("scores/<int:pk>/", scores.show_score, name="score"),
    path("scores/<int:pk>/why/", scores.show_why, name="why"),
    path(
        "scores/<int:pk>/why/<slug:criterion>/<slug:side>/", scores.list_evidence, name="evidence"
    ),
    path("scores/<int:pk>/object/", objections.object_to_score, name="object"),
    path("objections/", objections.list_objections, name="objections"),
    path("objections/<int:pk>/", objections.show_objection, name="objection"),
    path("publications/", publications.list_publications, name="publications"),
    path("publications/<int:pk>/", publications.show_publication, name="publication"),
    path("publications/<int:pk>/verify/", publications.verify_publication, name="verify"),
    path("stations/", stations.show_stations, name="stations"),
    path("schemes/", schemes.list_schemes, name="schemes"),
    path("schemes/<int:pk>/", schemes.show_scheme, name="scheme"),
    path("schemes/drafts/", drafts.start_draft, name="draft_start"),
    path("schemes/drafts/<int:pk>/", drafts.show_draft, name="draft"),
    path("schemes/drafts/<int:pk>/head/", drafts.edit_head, name="draft_head"),
    path(
        "schemes/drafts/<int:pk>/dimensions/<slug:dimension>/",
        drafts.edit_dimension,
        name="draft_dimension",
    ),
    path(
        "schemes/drafts/<int:pk>/criteria/<slug:criterion>/",
        drafts.edit_criterion,
        name="draft_criterion",
    ),
    path("schemes/drafts/<int:pk>/change/", drafts.change_draft, name="draft_change"),
    path("schemes/drafts/<int:pk>/text/", drafts.edit_text, name="draft_text"),
    path("schemes/drafts/<int:pk>/decide/", drafts.decide_draft, name="draft_decide"),
    path("schemes/drafts/<int:pk>/adopt/", drafts.adopt_draft, name="draft_adopt"),
    path("schemes/drafts/<int:pk>/trial/", trials.show_trial, name="draft_trial"),
    path("schemes/drafts/<int:pk>/trial/progress/", trials.show_progress, name="draft_progress"),
    path("schemes/drafts/<int:pk>/weights/", trials.edit_weights, name="draft_weights"),
    path("panels/unit/<int:pk>/", panels.show_unit, name="unit_panel"),
    path("panels/person/<int:pk>/", panels.show_person, name="person_panel"),
]
