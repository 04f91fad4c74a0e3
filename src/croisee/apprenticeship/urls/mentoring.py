"""Addresses of mentors and pairs."""

from django.urls import path

from croisee.apprenticeship.views import mentoring as views

urlpatterns = [
    path("parrainage/", views.mentorships, name="mentorships"),
    path("parrainage/mon-offre/", views.my_offer, name="my_offer"),
    path("parrainage/<uuid:pk>/", views.mentorship, name="mentorship"),
    path("parrainage/<uuid:pk>/accepter/", views.accept_mentorship, name="accept_mentorship"),
    path("parrainage/<uuid:pk>/quitter/", views.leave_mentorship, name="leave_mentorship"),
    path("parrainage/<uuid:pk>/rencontres/", views.note_mentorship, name="note_mentorship"),
    path("parrains/", views.mentors, name="mentors"),
    path("parrains/inviter/", views.invite_mentor, name="invite_mentor"),
    path("parrains/<uuid:pk>/", views.mentor, name="mentor"),
    path("parrains/<uuid:pk>/verifier/", views.check_mentor, name="check_mentor"),
    path("parrains/proposer/<uuid:pk>/", views.propose_mentor, name="propose_mentor"),
]
