"""Addresses of reports."""

from django.urls import URLPattern, path

from linghang.reports.web import views

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("", views.list_documents, name="index"),
    path("members/<int:pk>/", views.print_member_file, name="member_file"),
    path("members/<int:pk>/panel/", views.show_file_panel, name="file_panel"),
    path("years/<int:pk>/", views.print_year_book, name="year_book"),
    path("years/<int:pk>/panel/", views.show_book_panel, name="book_panel"),
    path("<int:pk>/", views.show_document, name="document"),
    path("<int:pk>/file/", views.download_document, name="download"),
    path("runs/<int:pk>/", views.prepare_documents, name="prepare"),
    path("runs/<int:pk>/bulletin/", views.make_bulletin, name="make_bulletin"),
    path("runs/<int:pk>/score-book/", views.make_score_book, name="make_score_book"),
]
