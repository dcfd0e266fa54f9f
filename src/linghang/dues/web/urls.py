"""Addresses of dues."""

from django.urls import path

from linghang.dues.web import views

app_name = "dues"
urlpatterns = [
    path("", views.go_home, name="home"),
    path("branches/", views.show_branches, name="branches"),
    path("mine/", views.show_own, name="mine"),
    path("<int:pk>/bases/", views.set_bases, name="bases"),
    path("<int:pk>/reliefs/", views.grant_relief, name="reliefs"),
    path("<int:pk>/extras/", views.record_extra, name="extras"),
    path("<int:pk>/<int:year>/", views.show_year, name="year"),
    path("<int:pk>/<int:year>/export/", views.export_year, name="export"),
    path("<int:pk>/<int:year>/<int:month>/", views.record_month, name="month"),
    path("payments/<int:pk>/", views.correct_payment, name="correct"),
    path("reliefs/<int:pk>/withdraw/", views.withdraw_relief, name="withdraw-relief"),
    path("extras/<int:pk>/withdraw/", views.withdraw_extra, name="withdraw-extra"),
    path("books/<int:pk>/", views.go_to_book, name="book"),
]
