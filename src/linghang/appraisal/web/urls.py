"""Addresses of appraisals."""

from django.urls import path

from linghang.appraisal.web import views

app_name = "appraisal"
urlpatterns = [
    path("", views.list_units, name="units"),
    path("open/<int:unit_pk>/", views.open_appraisal, name="open"),
    path("<int:pk>/", views.show_appraisal, name="appraisal"),
    path("<int:pk>/self/", views.write_self, name="self"),
    path("<int:pk>/vote/", views.vote, name="vote"),
    path("<int:pk>/mine/", views.show_mine, name="mine"),
    path("<int:pk>/slips/", views.show_slips, name="slips"),
    path("<int:pk>/slips.csv", views.send_slips, name="slips-file"),
    path("<int:pk>/report.docx", views.send_report, name="report"),
    path("<int:pk>/<slug:code>/", views.act, name="act"),
]
