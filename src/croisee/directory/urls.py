"""Schools and classes, people, teams."""

from django.urls import path

from croisee.directory.views import classes, contacts, jobs, people, teams

app_name = "directory"
urlpatterns = [
    path("classes/", classes.classes, name="classes"),
    path("classes/nouvelle/", classes.new_class, name="new_class"),
    path("classes/<uuid:pk>/", classes.school_class, name="school_class"),
    path("classes/<uuid:pk>/modifier/", classes.edit_class, name="edit_class"),
    path("classes/<uuid:pk>/supprimer/", classes.delete_class, name="delete_class"),
    path("classes/<uuid:pk>/inviter/", classes.invite_class, name="invite_class"),
    path("classes/<uuid:pk>/eleves/nouveau/", people.new_pupil, name="new_pupil"),
    path("personnes/<uuid:pk>/", people.person, name="person"),
    path("personnes/<uuid:pk>/modifier/", people.edit_person, name="edit_person"),
    path("personnes/<uuid:pk>/domicile/", people.home, name="home"),
    path("personnes/<uuid:pk>/classe/", people.move_pupil, name="move_pupil"),
    path("personnes/<uuid:pk>/effacer/", people.erase_person, name="erase_person"),
    path("personnes/<uuid:pk>/depart/", people.leave_class, name="leave_class"),
    path("departs/<uuid:pk>/annuler/", people.come_back, name="come_back"),
    path("personnes/<uuid:pk>/consentement/", people.consent, name="consent"),
    path("personnes/<uuid:pk>/contacts/", contacts.add_contact, name="add_contact"),
    path("contacts/<uuid:pk>/", contacts.edit_contact, name="edit_contact"),
    path("contacts/<uuid:pk>/inviter/", contacts.invite_contact, name="invite_contact"),
    path("contacts/<uuid:pk>/retirer/", contacts.remove_contact, name="remove_contact"),
    path("metiers/suggestions/", jobs.suggest_jobs, name="suggest_jobs"),
    path("equipes/", teams.my_teams, name="teams"),
    path("equipes/<uuid:pk>/", teams.team, name="team"),
    path("equipes/<uuid:pk>/inviter/", teams.invite_colleague, name="invite_colleague"),
    path("equipes/membres/<uuid:pk>/", teams.change_member, name="change_member"),
    path("organisation/", teams.company, name="company"),
]
