"""Conventions: written, signed, kept."""

from django.urls import path

from croisee.stages.views import conventions, signing

urlpatterns = [
    path("conventions/", conventions.conventions, name="conventions"),
    path("conventions/<uuid:pk>/", conventions.convention, name="convention"),
    path("conventions/<uuid:pk>/modifier/", conventions.edit_convention, name="edit_convention"),
    path("conventions/<uuid:pk>/etat/", conventions.move_convention, name="move_convention"),
    path("conventions/<uuid:pk>/convention.pdf", conventions.convention_pdf, name="convention_pdf"),
    path("conventions/<uuid:pk>/liens/", conventions.send_links, name="send_links"),
    path("conventions/<uuid:pk>/papier/", conventions.sign_on_paper, name="sign_on_paper"),
    path("conventions/<uuid:pk>/signer/", conventions.sign_signed_in, name="sign_signed_in"),
    path("signer/<str:token>/", signing.sign, name="sign"),
    path("signer/<str:token>/convention.pdf", signing.sign_pdf, name="sign_pdf"),
    path("signer/<str:token>/nouveau-lien/", signing.renew_link, name="renew_link"),
    path("signatures/<uuid:pk>/justificatif/", conventions.signature_scan, name="signature_scan"),
]
