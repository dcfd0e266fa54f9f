"""Addresses of problems."""

from django.urls import path

from linghang.rectification.web.views import acts, books, problems

app_name = "rectification"
urlpatterns = [
    path("", problems.list_problems, name="problems"),
    path("add/", problems.add_problem, name="add-problem"),
    path("review/", acts.review_many, name="review-many"),
    path("books/", books.list_books, name="books"),
    path("books/<int:pk>/", books.show_book, name="book"),
    path("units/<int:pk>/", problems.show_unit_panel, name="unit-panel"),
    path("units/<int:pk>/lists/", books.show_unit_lists, name="unit-lists"),
    path("results/<int:pk>/", problems.show_result, name="result"),
    path("<int:pk>/", problems.show_problem, name="problem"),
    path("<int:pk>/again/<int:earlier>/", problems.link_repeat, name="link-repeat"),
    path("<int:pk>/responsibility/", acts.assign, name="assign"),
    path("<int:pk>/measures/", acts.add_measures, name="add-measures"),
    path("<int:pk>/results/", acts.add_result, name="add-result"),
    path("<int:pk>/hand-in/", acts.hand_in, name="hand-in"),
    path("<int:pk>/review/", acts.review, name="review"),
    path("<int:pk>/extend/", acts.extend, name="extend"),
    path("<int:pk>/decide/", acts.decide, name="decide"),
    path("<int:pk>/reopen/", acts.reopen, name="reopen"),
    path("<int:pk>/withdraw/", acts.withdraw, name="withdraw"),
    path("<int:pk>/look-back/", acts.look_back, name="look-back"),
    path("<int:pk>/hand-over/", acts.hand_over, name="hand-over"),
    path("<int:pk>/correct/", acts.correct, name="correct-problem"),
]
