"""Addresses of the pages over several apps."""

from django.urls import path

from linghang.portal.web.views import audit, finding, home, notices, running, three_lists

app_name = "portal"
urlpatterns = [
    path("", home.show_home, name="home"),
    path("search/", finding.search, name="search"),
    path("units/<int:pk>/three-lists/", three_lists.show_three_lists, name="three-lists"),
    path("units/<int:pk>/three-lists/panel/", three_lists.show_panel, name="three-lists-panel"),
    path("notices/", notices.list_notices, name="notices"),
    path("jobs/", running.list_jobs, name="jobs"),
    path("jobs/<int:pk>/", running.show_job, name="job"),
    path("jobs/<int:pk>/cancel/", running.cancel, name="cancel-job"),
    path("audit/", audit.list_acts, name="audit"),
    path("audit/<int:pk>/", audit.show_act, name="act"),
]
