"""Addresses of distinctions."""

from django.urls import path

from linghang.distinctions.web import views

app_name = "distinctions"
urlpatterns = [
    path("", views.show_board, name="board"),
    path("export/", views.export_board, name="export"),
    path("poster/", views.show_poster, name="poster"),
    path("units/<int:pk>/", views.show_panel, name="panel"),
    path("programmes/<int:pk>/", views.show_candidates, name="candidates"),
    path("programmes/<int:pk>/rolling/", views.show_rolling, name="rolling"),
    path("programmes/<int:pk>/units/<int:unit_pk>/", views.apply_for, name="apply"),
    path("cases/<int:pk>/", views.show_case, name="case"),
    path("cases/<int:pk>/<slug:code>/", views.act, name="act"),
    path("objections/<int:pk>/", views.settle, name="settle"),
    path("held/<int:pk>/", views.show_holding, name="holding"),
    path("held/<int:pk>/demote/", views.demote, name="demote"),
    path("held/<int:pk>/appeal/", views.appeal, name="appeal"),
    path("held/<int:pk>/strengths/", views.show_strengths, name="strengths"),
    path("held/<int:pk>/method/", views.write_method, name="method"),
    path("held/<int:pk>/method/pack/", views.send_pack, name="pack"),
]
