"""The extranet of companies: by an account, by a link; and what the facilitateur sees of it."""

from django.urls import path

from croisee.clauses.views import access, company, declaring, light

urlpatterns = [
    path("entreprise/", company.company, name="company"),
    path("entreprise/heures/", company.own_hours, name="own_hours"),
    path("entreprise/<uuid:pk>/tableau-de-paie/", company.payroll_table, name="payroll_table"),
    path("affectations/<uuid:pk>/attestation/", company.hours_attestation, name="hours_attestation"),
    path("declarer/<uuid:pk>/<str:month>/", declaring.declare, name="declare"),
    path("declarer/<uuid:pk>/<str:month>/verifier/", declaring.check_hours, name="check_hours"),
    path("declarer/<uuid:pk>/<str:month>/corriger/", declaring.correct_hours, name="correct_hours"),
    path("declarer/<uuid:pk>/<str:month>/reprendre/", declaring.take_back, name="take_back"),
    path("engagements/<uuid:pk>/mois/<str:month>/", declaring.declare_month, name="declare_month"),
    path("engagements/<uuid:pk>/mois/<str:month>/personne/", declaring.nothing_done, name="nothing_done"),
    path("lien/<str:token>/", light.link, name="link"),
    path("lien/<str:token>/nouveau/", light.renew_link, name="renew_company_link"),
    path("acces/", light.light, name="light"),
    path("acces/compte/", light.make_account, name="light_account"),
    path("acces/fermer/", light.leave, name="light_leave"),
    path("acces/mois/<str:month>/", light.declare_month, name="light_declare_month"),
    path("acces/mois/<str:month>/personne/", light.nothing_done, name="light_nothing_done"),
    path("acces/<uuid:pk>/<str:month>/verifier/", light.check_hours, name="light_check_hours"),
    path("acces/<uuid:pk>/<str:month>/corriger/", light.correct_hours, name="light_correct_hours"),
    path("acces/<uuid:pk>/<str:month>/reprendre/", light.take_back, name="light_take_back"),
    path("entreprises/", access.company_access, name="company_access"),
    path("entreprises/liens/", access.send_links, name="send_links"),
    path("engagements/<uuid:pk>/acces/", access.commitment_access, name="commitment_access"),
    path("engagements/<uuid:pk>/lien/", access.send_link, name="send_link"),
    path("engagements/<uuid:pk>/liens/retirer/", access.revoke_links, name="revoke_links"),
]
