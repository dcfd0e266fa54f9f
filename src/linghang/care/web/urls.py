"""Addresses of awards and of members in hardship."""

from django.urls import path

from linghang.care.web import views

app_name = "care"
urlpatterns = [
    path("awards/", views.list_awards, name="awards"),
    path("awards/export/", views.export_awards, name="export"),
    path("awards/add/", views.add_award, name="add"),
    path("awards/<int:pk>/", views.show_award, name="award"),
    path("awards/<int:pk>/withdraw/", views.withdraw_award, name="withdraw"),
    path("awards/of/<int:pk>/", views.show_person_awards, name="person_awards"),
    path("hardship/", views.list_hardships, name="hardships"),
    path("hardship/add/", views.add_hardship, name="register"),
    path("hardship/<int:pk>/", views.show_hardship, name="hardship"),
    path("hardship/<int:pk>/<slug:code>/", views.change_hardship, name="change"),
    path("visits/<int:pk>/", views.go_to_visit, name="visit"),
]
