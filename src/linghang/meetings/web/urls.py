"""Addresses of meetings: agendas, resolutions, make-up study, minutes and books."""

from django.urls import path

from linghang.meetings.web import views

app_name = "meetings"
urlpatterns = [
    path("resolutions/", views.list_resolutions, name="resolutions"),
    path("records/<int:pk>/agenda/", views.show_panel, name="panel"),
    path("records/<int:pk>/agenda/add/", views.add_item, name="add"),
    path("records/<int:pk>/make-up/", views.make_up, name="make_up"),
    path("records/<int:pk>/minutes/", views.send_minutes, name="minutes"),
    path("items/<int:pk>/", views.show_item, name="item"),
    path("items/<int:pk>/change/", views.change_item, name="change"),
    path("items/<int:pk>/withdraw/", views.withdraw_item, name="withdraw"),
    path("make-ups/<int:pk>/", views.show_make_up, name="make_up_of"),
    path("make-ups/<int:pk>/withdraw/", views.withdraw_make_up, name="withdraw_make_up"),
    path("units/<int:pk>/", views.show_unit_panel, name="unit_panel"),
    path("units/<int:pk>/book/", views.show_book, name="book"),
    path("units/<int:pk>/book/file/", views.send_book, name="book_file"),
]
