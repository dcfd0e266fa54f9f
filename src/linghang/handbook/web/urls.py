"""Addresses of the standards handbook."""

from django.urls import path

from linghang.handbook.web import views

app_name = "handbook"
urlpatterns = [
    path("", views.go_home, name="home"),
    path("adopt/", views.adopt, name="adopt"),
    path("matrix/<int:pk>/", views.show_matrix, name="matrix"),
    path("units/<int:pk>/", views.show_sheet, name="sheet"),
    path("units/<int:pk>/panel/", views.show_panel, name="panel"),
    path("units/<int:pk>/paper/<str:period>/", views.send_sheet, name="sheet-paper"),
    path("versions/<int:pk>/", views.show_version, name="version"),
    path("versions/<int:pk>/paper/", views.send_version, name="paper"),
    path("versions/<int:pk>/compare/<int:other_pk>/", views.compare, name="compare"),
    path("versions/<int:pk>/draft/", views.begin_draft, name="draft"),
    path("versions/<int:pk>/publish/", views.publish, name="publish"),
    path("versions/<int:pk>/discard/", views.discard, name="discard"),
    path("versions/<int:pk>/add/<slug:check>/", views.add_standard, name="add"),
    path("standards/<int:pk>/", views.change_standard, name="standard"),
    path("standards/<int:pk>/drop/", views.drop_standard, name="drop"),
]
