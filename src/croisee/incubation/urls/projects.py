"""Addresses of first contacts, projects, the holder's own page."""

from django.urls import URLPattern, path

from croisee.incubation.views import enquiries, own, projects

urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/contact/", enquiries.new_enquiry, name="new_enquiry"),
    path("<uuid:pk>/contact/merci/", enquiries.enquiry_sent, name="enquiry_sent"),
    path("contacts/", enquiries.enquiries, name="enquiries"),
    path("contacts/nouveau/", enquiries.met_enquiry, name="met_enquiry"),
    path("contacts/<uuid:pk>/", enquiries.enquiry, name="enquiry"),
    path("contacts/<uuid:pk>/etat/", enquiries.move_enquiry, name="move_enquiry"),
    path("contacts/<uuid:pk>/projet/", projects.receive_enquiry, name="receive_enquiry"),
    path("parcours/<uuid:pk>/adresser/", enquiries.send_person, name="send_person"),
    path("projets/", projects.projects, name="projects"),
    path("projets/nouveau/", projects.new_project, name="new_project"),
    path("projets/<uuid:pk>/", projects.project, name="project"),
    path("projets/<uuid:pk>/modifier/", projects.edit_project, name="edit_project"),
    path("projets/<uuid:pk>/orienter/", projects.orient_project, name="orient_project"),
    path("projets/<uuid:pk>/entreprise/", projects.give_company, name="give_company"),
    path("projets/<uuid:pk>/etat/", projects.move_project, name="move_project"),
    path("projets/<uuid:pk>/inviter/", projects.invite_holder, name="invite_holder"),
    path("projets/<uuid:pk>/referents/", own.show_project, name="show_project"),
    path("mon-projet/", own.my_project, name="my_project"),
]
