"""Addresses of routing."""

from django.urls import path

from linghang.routing.web import views

app_name = "routing"
urlpatterns = [
    path("", views.show_board, name="board"),
    path("list/", views.list_cases, name="cases"),
    path("list/export/", views.export_cases, name="export"),
    path("numbers/", views.show_numbers, name="numbers"),
    path("raise/", views.raise_case, name="raise"),
    path("<int:pk>/", views.show_case, name="case"),
    path("<int:pk>/accept/", views.accept_case, name="accept"),
    path("<int:pk>/assign/", views.assign_case, name="assign"),
    path("<int:pk>/decline/", views.decline_case, name="decline"),
    path("<int:pk>/merge/", views.merge_case, name="merge"),
    path("<int:pk>/take-up/", views.take_up_case, name="take-up"),
    path("<int:pk>/hand-over/", views.hand_over_case, name="hand-over"),
    path("<int:pk>/send-back/", views.send_back_case, name="send-back"),
    path("<int:pk>/answer/", views.answer_case, name="answer"),
    path("<int:pk>/confirm/", views.confirm_case, name="confirm"),
    path("<int:pk>/not-solved/", views.reject_answer, name="not-solved"),
    path("<int:pk>/reopen/", views.reopen_case, name="reopen"),
]
