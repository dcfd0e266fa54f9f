"""Addresses of posts, zones and squads, contacts, inductions and own projects."""

from django.urls import path

from linghang.pioneers.web import views

app_name = "pioneers"
urlpatterns = [
    path("", views.list_carriers, name="carriers"),
    path("board/", views.show_board, name="board"),
    path("mine/", views.show_own, name="mine"),
    path("propose/", views.choose_unit, name="choose"),
    path("propose/<int:unit_pk>/", views.propose, name="propose"),
    path("units/<int:pk>/", views.show_unit, name="unit_panel"),
    path("tenures/<int:pk>/", views.go_to_tenure, name="tenure"),
    path("reviews/<int:pk>/", views.go_to_review, name="review"),
    path("contacts/", views.list_contacts, name="contacts"),
    path("contacts/assign/", views.assign_contact, name="assign"),
    path("contacts/<int:pk>/", views.show_contact, name="contact"),
    path("contacts/<int:pk>/visit/", views.record_visit, name="visit"),
    path("contacts/<int:pk>/end/", views.end_contact, name="end-contact"),
    path("inductions/", views.list_inductions, name="inductions"),
    path("inductions/<int:pk>/", views.show_induction, name="induction"),
    path("pipelines/", views.list_pipelines, name="pipelines"),
    path("pipelines/mentored/", views.list_mentored, name="mentored"),
    path("pipelines/open/<slug:direction>/", views.open_pipeline, name="open-pipeline"),
    path("pipelines/<int:pk>/", views.show_pipeline, name="pipeline"),
    path("pipelines/<int:pk>/<slug:code>/", views.step_pipeline, name="step"),
    path("pipelines/<int:pk>/prove/<int:milestone_pk>/", views.prove_milestone, name="prove"),
    path("projects/", views.list_projects, name="projects"),
    path("projects/open/<int:unit_pk>/", views.open_project, name="open-project"),
    path("projects/<int:pk>/", views.show_project, name="project"),
    path("projects/<int:pk>/measure/", views.add_measure, name="measure"),
    path("projects/<int:pk>/close/", views.close_project, name="close-project"),
    path("projects/<int:pk>/report/", views.send_report, name="report"),
    path("<int:pk>/", views.show_carrier, name="carrier"),
    path("<int:pk>/card/", views.show_card, name="card"),
    path("<int:pk>/<slug:code>/", views.act, name="act"),
]
