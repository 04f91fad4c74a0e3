"""Conventions: written, signed, kept."""

from django.urls import path

from croisee.foundation.soon import soon

urlpatterns = [
    path("conventions/", soon, name="conventions"),
    path("conventions/<uuid:pk>/", soon, name="convention"),
    path("conventions/<uuid:pk>/modifier/", soon, name="edit_convention"),
    path("conventions/<uuid:pk>/etat/", soon, name="move_convention"),
    path("conventions/<uuid:pk>/convention.pdf", soon, name="convention_pdf"),
    path("conventions/<uuid:pk>/liens/", soon, name="send_links"),
    path("conventions/<uuid:pk>/papier/", soon, name="sign_on_paper"),
    path("conventions/<uuid:pk>/signer/", soon, name="sign_signed_in"),
    path("signer/<str:token>/", soon, name="sign"),
    path("signer/<str:token>/convention.pdf", soon, name="sign_pdf"),
    path("signer/<str:token>/nouveau-lien/", soon, name="renew_link"),
    path("signatures/<uuid:pk>/justificatif/", soon, name="signature_scan"),
]
