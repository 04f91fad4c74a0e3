"""Addresses of the owners' lists."""

from django.urls import path

from croisee.premises.views import owners

urlpatterns = [
    path("mes-locaux/", owners.my_units, name="my_units"),
    path("mes-locaux/<uuid:pk>/etat/", owners.move_own_unit, name="move_own_unit"),
    path("bailleurs/", owners.owners, name="owners"),
    path("bailleurs/inviter/", owners.invite_owner, name="invite_owner"),
    path("bailleurs/<uuid:pk>/confirmer/", owners.confirm_units, name="confirm_units"),
    path("bailleurs/<uuid:pk>/importer/", owners.import_units, name="import_units"),
    path("bailleurs/<uuid:pk>/modele.xlsx", owners.owner_list_model, name="owner_list_model"),
    path("bailleurs/liste/<str:token>/", owners.owner_list, name="owner_list"),
]
