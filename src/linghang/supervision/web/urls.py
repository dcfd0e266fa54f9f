"""Addresses of supervision."""

from __future__ import annotations

from django.urls import path

from linghang.supervision.web import views

app_name = "supervision"
urlpatterns = [
    path("", views.show_board, name="board"),
    path("findings/", views.list_findings, name="findings"),
    path("findings/<int:pk>/", views.show_finding, name="finding"),
    path("examinations/new/", views.open_examination, name="open"),
    path("examinations/<int:pk>/", views.show_examination, name="examination"),
    path("examinations/<int:pk>/urge/", views.urge_replies, name="urge"),
    path("examinations/<int:pk>/close/", views.close_examination, name="close"),
    path("examinations/<int:pk>/export/", views.export_examination, name="export-examination"),
    path("asked/", views.list_asked, name="asked"),
    path("replies/<int:pk>/", views.show_reply, name="reply"),
    path("replies/<int:pk>/answer/", views.answer_finding, name="answer"),
    path("replies/<int:pk>/hand-in/", views.hand_in_reply, name="hand-in"),
    path("replies/<int:pk>/due/", views.change_due, name="due"),
    path("replies/<int:pk>/return/", views.return_reply, name="return"),
    path("risks/", views.list_risks, name="risks"),
    path("risks/new/", views.add_risk, name="add-risk"),
    path("risks/adopt/", views.adopt_templates, name="adopt"),
    path("risks/export/", views.export_risks, name="export-risks"),
    path("risks/<int:pk>/", views.show_risk, name="risk"),
    path("risks/<int:pk>/change/", views.change_risk, name="change-risk"),
    path("risks/<int:pk>/review/", views.review_risk, name="review-risk"),
    path("risks/<int:pk>/retire/", views.retire_risk, name="retire-risk"),
    path("hints/", views.list_hints, name="hints"),
    path("hints/compute/", views.compute_hints, name="compute-hints"),
    path("hints/<int:pk>/", views.show_hint, name="hint"),
    path("hints/<int:pk>/decide/", views.decide_hint, name="decide-hint"),
]
