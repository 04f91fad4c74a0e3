"""Addresses of monthly statements."""

from django.urls import path

from croisee.incubation.views import statements

urlpatterns = [
    path("releves/", statements.statements, name="statements"),
    path("releves/lignes/", statements.statement_lines, name="statement_lines"),
    path("releves/recus/", statements.my_statements, name="my_statements"),
    path("pepinieres/<uuid:pk>/releves/preparer/", statements.prepare_statements, name="prepare_statements"),
    path("pepinieres/<uuid:pk>/releves/transmettre/", statements.issue_statements, name="issue_statements"),
    path("releves/<uuid:pk>/", statements.statement, name="statement"),
    path("releves/<uuid:pk>/releve.pdf", statements.statement_file, name="statement_file"),
    path("releves/<uuid:pk>/ajouter/", statements.add_line, name="add_line"),
    path("releves/<uuid:pk>/transmettre/", statements.issue_statement, name="issue_statement"),
    path("releves/<uuid:pk>/remplacer/", statements.replace_statement, name="replace_statement"),
    path("releves/lignes/<uuid:pk>/retirer/", statements.remove_line, name="remove_line"),
]
