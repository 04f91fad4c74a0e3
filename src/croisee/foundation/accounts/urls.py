"""Addresses under `compte/`: ours, and those of django-allauth that we use, in French."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from croisee.foundation.accounts.views import members, own, sign_in

ours = [
    path("", own.mine, name="mine"),
    path("mes-donnees.json", own.my_data, name="my_data"),
    path("lien/", sign_in.request_link, name="request_link"),
    path("lien/envoye/", sign_in.link_sent, name="link_sent"),
    path("lien/<str:token>/", sign_in.use_link, name="use_link"),
    path("console/<str:token>/", sign_in.use_console_link, name="use_console_link"),
    path("organisations/", members.organisations, name="organisations"),
    path("organisations/<uuid:pk>/", members.organisation, name="organisation"),
    path("organisations/<uuid:pk>/inviter/", members.invite, name="invite"),
    path("roles/<uuid:pk>/", members.membership, name="membership"),
    path("roles/<uuid:pk>/terminer/", members.end_membership, name="end_membership"),
]

passwords = [
    path("changer/", account.password_change, name="account_change_password"),
    path("choisir/", account.password_set, name="account_set_password"),
    path("oublie/", account.password_reset, name="account_reset_password"),
    path("oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "nouveau/enregistre/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("confirmer/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("application/activer/", totp.activate_totp, name="mfa_activate_totp"),
    path("application/desactiver/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/telecharger/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("cles/confirmer/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("cles/connexion/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("cles/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("", include((ours, "accounts"))),
    path("connexion/", sign_in.SignInView.as_view(), name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("inactif/", account.account_inactive, name="account_inactive"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", include(passwords)),
    path("second-facteur/", include(second_factor)),
]
