"""The addresses of audits of proofs."""

from django.urls import path

from croisee.clauses.views import sampling, sampling_items, sampling_light

urlpatterns = [
    path("audits/", sampling.audits, name="audits"),
    path("audits/nouveau/", sampling.new_audit, name="new_audit"),
    path("audits/<uuid:pk>/", sampling.audit, name="audit"),
    path("audits/<uuid:pk>/rapport/", sampling.audit_report, name="audit_report"),
    path("audits/releve/<uuid:pk>/", sampling_items.audit_item, name="audit_item"),
    path("audits/releve/<uuid:pk>/conforme/", sampling_items.accept_item, name="accept_item"),
    path("audits/releve/<uuid:pk>/decision/", sampling_items.decide_item, name="decide_item"),
    path("audits/releve/<uuid:pk>/reponse/", sampling_items.answer_file, name="answer_file"),
    path("acces/constats/<uuid:pk>/", sampling_light.light_finding, name="light_finding"),
]
