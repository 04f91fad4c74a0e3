"""Declared hours: checked, validated, rejected, corrected, shared between lots."""

from django.urls import path

from croisee.clauses.views import sharing, statement, statements

urlpatterns = [
    path("releves/", statements.statements, name="statements"),
    path("releves/decider/", statements.decide_statements, name="decide_statements"),
    path("releves/suivant/", statement.next_statement, name="next_statement"),
    path("releves/<uuid:pk>/", statement.statement, name="statement"),
    path("releves/<uuid:pk>/decider/", statement.decide_statement, name="decide_statement"),
    path("releves/<uuid:pk>/justificatif/", statement.statement_proof, name="statement_proof"),
    path("releves/<uuid:pk>/corriger/", statement.correct_statement, name="correct_statement"),
    path("releves/<uuid:pk>/partager/", sharing.globalise, name="globalise"),
    path("releves/<uuid:pk>/partager/reste/", sharing.left_to_share, name="left_to_share"),
]
