"""Addresses of research and talks."""

from __future__ import annotations

from django.urls import path

from linghang.research.web import views

app_name = "research"
urlpatterns = [
    path("", views.show_board, name="board"),
    path("topics/add/", views.add_topic, name="add-topic"),
    path("topics/take-over/", views.take_over, name="take-over"),
    path("topics/<int:pk>/", views.show_topic, name="topic"),
    path("topics/<int:pk>/change/", views.change_topic, name="change-topic"),
    path("topics/<int:pk>/claim/", views.claim_topic, name="claim"),
    path("topics/<int:pk>/join/", views.join_topic, name="join"),
    path("topics/<int:pk>/leave/", views.leave_topic, name="leave"),
    path("topics/<int:pk>/give-back/", views.decide, {"act": "give_back"}, name="give-back"),
    path("topics/<int:pk>/withdraw/", views.decide, {"act": "withdraw"}, name="withdraw-topic"),
    path("topics/<int:pk>/resume/", views.decide, {"act": "resume"}, name="resume"),
    path("topics/<int:pk>/close/", views.decide, {"act": "close"}, name="close"),
    path("topics/<int:pk>/reopen/", views.decide, {"act": "reopen"}, name="reopen"),
    path("topics/<int:pk>/plan/", views.plan_visits, name="plan"),
    path("topics/<int:pk>/visit/", views.record_visit, name="record-visit"),
    path("topics/<int:pk>/problem/", views.state_problem, name="state-problem"),
    path("topics/<int:pk>/measures/", views.state_measures, name="state-measures"),
    path("topics/<int:pk>/report/", views.show_report, name="report"),
    path("topics/<int:pk>/report/words/", views.write_words, name="words"),
    path("topics/<int:pk>/report/draft/", views.download_draft, name="draft"),
    path("topics/<int:pk>/report/submit/", views.submit_report, name="submit"),
    path("reports/<int:pk>/", views.download_report, name="download"),
    path("plans/<int:pk>/drop/", views.drop_plan, name="drop-plan"),
    path("visits/", views.list_visits, name="visits"),
    path("visits/export/", views.export_visits, name="export-visits"),
    path("visits/<int:pk>/", views.show_visit, name="visit"),
    path("visits/<int:pk>/withdraw/", views.withdraw_visit, name="withdraw-visit"),
    path("findings/", views.list_findings, name="findings"),
    path("findings/<int:pk>/mark/", views.mark_finding, name="mark-finding"),
    path("talks/", views.list_talks, name="talks"),
    path("talks/add/", views.add_talk, name="add-talk"),
    path("talks/counts/", views.count_talks, name="talk-counts"),
    path("talks/<int:pk>/", views.show_talk, name="talk"),
    path("talks/<int:pk>/note/", views.reveal_note, name="talk-note"),
    path("talks/<int:pk>/agreed/", views.write_agreed, name="talk-agreed"),
    path("talks/<int:pk>/theme/", views.raise_theme, name="talk-theme"),
    path("talks/<int:pk>/withdraw/", views.withdraw_talk, name="withdraw-talk"),
]
