"""Addresses of candidatures, committees and their criteria."""

from django.urls import URLPattern, path

from croisee.incubation.views import candidatures, committees, papers

urlpatterns: list[URLPattern] = [
    path("candidatures/", candidatures.candidatures, name="candidatures"),
    path("liste-d-attente/", candidatures.waiting_list, name="waiting_list"),
    path("projets/<uuid:pk>/candidater/", candidatures.new_candidature, name="new_candidature"),
    path("candidatures/<uuid:pk>/", candidatures.candidature, name="candidature"),
    path(
        "candidatures/<uuid:pk>/partie/<slug:part>/", candidatures.candidature_part, name="candidature_part"
    ),
    path("candidatures/<uuid:pk>/envoyer/", candidatures.submit_candidature, name="submit_candidature"),
    path("candidatures/<uuid:pk>/retirer/", candidatures.withdraw_candidature, name="withdraw_candidature"),
    path("candidatures/<uuid:pk>/rendre/", candidatures.return_candidature, name="return_candidature"),
    path("candidatures/<uuid:pk>/ordre-du-jour/", candidatures.put_on_agenda, name="put_on_agenda"),
    path("candidatures/<uuid:pk>/lever/", candidatures.lift_reserves, name="lift_reserves"),
    path("candidatures/<uuid:pk>/refuser/", candidatures.refuse_reserved, name="refuse_reserved"),
    path("candidatures/<uuid:pk>/noter/", committees.judge_candidature, name="judge_candidature"),
    path("candidatures/<uuid:pk>/pieces/nouvelle/", papers.add_paper, name="add_paper"),
    path("pieces/<uuid:pk>/", papers.candidature_paper, name="candidature_paper"),
    path("pieces/<uuid:pk>/retirer/", papers.delete_paper, name="delete_paper"),
    path("comites/", committees.committees, name="committees"),
    path("comites/nouveau/", committees.new_committee, name="new_committee"),
    path("comites/criteres/", committees.criteria, name="criteria"),
    path("comites/criteres/nouveau/", committees.new_criterion, name="new_criterion"),
    path("comites/criteres/<uuid:pk>/modifier/", committees.edit_criterion, name="edit_criterion"),
    path("comites/criteres/<uuid:pk>/fin/", committees.end_criterion, name="end_criterion"),
    path("comites/<uuid:pk>/", committees.committee, name="committee"),
    path("comites/<uuid:pk>/modifier/", committees.edit_committee, name="edit_committee"),
    path("comites/<uuid:pk>/annuler/", committees.cancel_committee, name="cancel_committee"),
    path("comites/<uuid:pk>/ordre-du-jour/", committees.set_agenda, name="set_agenda"),
    path("comites/<uuid:pk>/compte-rendu/", committees.write_minutes, name="write_minutes"),
    path("comites/<uuid:pk>/proces-verbal/", committees.minutes_paper, name="minutes_paper"),
]
