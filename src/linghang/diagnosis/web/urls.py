"""Addresses of diagnosis."""

from __future__ import annotations

from django.urls import path

from linghang.diagnosis.web import views

app_name = "diagnosis"
urlpatterns = [
    path("", views.list_rounds, name="rounds"),
    path("new/", views.open_round, name="open"),
    path("standards/<int:pk>/", views.show_standards, name="standards"),
    path("<int:pk>/", views.show_round, name="round"),
    path("<int:pk>/move/", views.move_round, name="move"),
    path("<int:pk>/dates/", views.change_dates, name="dates"),
    path("<int:pk>/experts/", views.add_expert, name="add-expert"),
    path("<int:pk>/compare/", views.compare_round, name="compare"),
    path("<int:pk>/compare/export/", views.export_comparison, name="export-comparison"),
    path("<int:pk>/problems/", views.state_problems, name="problems"),
    path("sheets/<int:pk>/", views.show_sheet, name="sheet"),
    path("sheets/<int:pk>/answer/", views.answer_line, name="answer"),
    path("sheets/<int:pk>/hand-in/", views.hand_in_sheet, name="hand-in"),
    path("sheets/<int:pk>/judge/", views.judge_line, name="judge"),
    path("sheets/<int:pk>/finish/", views.finish_check, name="finish"),
    path("sheets/<int:pk>/export/", views.export_sheet, name="export-sheet"),
]
