"""Addresses of agreements, rents, reviews, ways out."""

from django.urls import URLPattern, path

from croisee.incubation.views import hosting, hosting_reviews, hosting_writing

urlpatterns: list[URLPattern] = [
    path("conventions/", hosting.agreements, name="agreements"),
    path("conventions/echeances/", hosting.legal, name="legal"),
    path("conventions/<uuid:pk>/", hosting.agreement, name="agreement"),
    path("conventions/<uuid:pk>/convention.pdf", hosting.agreement_document, name="agreement_document"),
    path("conventions/<uuid:pk>/modifier/", hosting_writing.edit_agreement, name="edit_agreement"),
    path("conventions/<uuid:pk>/loyers/", hosting_writing.edit_rents, name="edit_rents"),
    path("conventions/<uuid:pk>/signer/", hosting_writing.sign_agreement, name="sign_agreement"),
    path("conventions/<uuid:pk>/annuler/", hosting_writing.cancel_agreement, name="cancel_agreement"),
    path("conventions/<uuid:pk>/renouveler/", hosting_writing.renew_agreement, name="renew_agreement"),
    path("conventions/<uuid:pk>/espace/", hosting_writing.change_space, name="change_space"),
    path("conventions/<uuid:pk>/depart/", hosting_writing.end_agreement, name="end_agreement"),
    path("projets/<uuid:pk>/convention/", hosting_writing.new_agreement, name="new_agreement"),
    path("projets/<uuid:pk>/revue/", hosting_reviews.new_review, name="new_review"),
    path("revues/", hosting_reviews.reviews, name="reviews"),
    path("revues/<uuid:pk>/", hosting_reviews.review, name="review"),
    path("revues/<uuid:pk>/noter/", hosting_reviews.hold_review, name="hold_review"),
    path("mon-hebergement/", hosting.my_hosting, name="my_hosting"),
]
