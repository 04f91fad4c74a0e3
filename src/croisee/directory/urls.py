"""Schools and classes, people, teams."""

from django.urls import path

from croisee.foundation.soon import soon

app_name = "directory"
urlpatterns = [
    path("classes/", soon, name="classes"),
    path("classes/nouvelle/", soon, name="new_class"),
    path("classes/<uuid:pk>/", soon, name="school_class"),
    path("classes/<uuid:pk>/modifier/", soon, name="edit_class"),
    path("classes/<uuid:pk>/supprimer/", soon, name="delete_class"),
    path("classes/<uuid:pk>/eleves/nouveau/", soon, name="new_pupil"),
    path("personnes/<uuid:pk>/", soon, name="person"),
    path("personnes/<uuid:pk>/modifier/", soon, name="edit_person"),
    path("personnes/<uuid:pk>/effacer/", soon, name="erase_person"),
    path("personnes/<uuid:pk>/depart/", soon, name="leave_class"),
    path("personnes/<uuid:pk>/contacts/", soon, name="add_contact"),
    path("contacts/<uuid:pk>/", soon, name="edit_contact"),
    path("contacts/<uuid:pk>/inviter/", soon, name="invite_contact"),
    path("contacts/<uuid:pk>/retirer/", soon, name="remove_contact"),
    path("personnes/<uuid:pk>/consentement/", soon, name="consent"),
    path("equipes/", soon, name="teams"),
    path("equipes/<uuid:pk>/", soon, name="team"),
    path("equipes/<uuid:pk>/inviter/", soon, name="invite_colleague"),
    path("equipes/<uuid:pk>/membre/", soon, name="change_member"),
    path("etablissement/", soon, name="company"),
]
