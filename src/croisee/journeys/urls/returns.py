"""Addresses of FSE+: questionnaires, proofs, tables, controls."""

from django.urls import URLPattern, path

from croisee.journeys.views.returns import controls, figures, missing, one, proofs, requirements, tables

urlpatterns: list[URLPattern] = [
    path("fse/", missing.returns, name="returns"),
    path("fse/rappel/<uuid:pk>/", missing.remind_missing, name="remind_missing"),
    path("fse/questionnaires/", missing.situations, name="situations"),
    path("fse/preuves/", proofs.proofs, name="proofs"),
    path("fse/indicateurs/", figures.indicators, name="indicators"),
    path("fse/tableaux/", tables.tables, name="return_tables"),
    path("fse/tableaux/nouveau/", tables.new_table, name="new_return_table"),
    path("fse/tableaux/<uuid:pk>/", tables.table, name="return_table"),
    path("fse/tableaux/<uuid:pk>/nom/", tables.edit_table, name="edit_return_table"),
    path("fse/tableaux/<uuid:pk>/supprimer/", tables.delete_table, name="delete_return_table"),
    path("fse/tableaux/<uuid:pk>/fichier/", tables.export_table, name="export_return_table"),
    path("fse/tableaux/<uuid:pk>/incomplets/", tables.incomplete, name="incomplete_lines"),
    path("fse/tableaux/<uuid:pk>/colonnes/nouvelle/", tables.new_column, name="new_return_column"),
    path("fse/colonnes/<uuid:pk>/", tables.edit_column, name="edit_return_column"),
    path("fse/colonnes/<uuid:pk>/deplacer/", tables.move_column, name="move_return_column"),
    path("fse/colonnes/<uuid:pk>/supprimer/", tables.delete_column, name="delete_return_column"),
    path("fse/fichiers/<uuid:pk>/<str:kind>/", tables.prepared_table, name="prepared_table"),
    path("fse/controles/", controls.controls, name="controls"),
    path("fse/controles/nouveau/", controls.new_control, name="new_control"),
    path("fse/controles/<uuid:pk>/", controls.control, name="control"),
    path("fse/controles/<uuid:pk>/rapport/", controls.control_report, name="control_report"),
    path("fse/controles/parcours/<uuid:pk>/", controls.judge_item, name="judge_item"),
    path("fse/demandees/<uuid:pk>/", requirements.requirements, name="requirements"),
    path(
        "fse/demandees/ligne/<uuid:pk>/supprimer/", requirements.delete_requirement, name="delete_requirement"
    ),
    path("fse/parcours/<uuid:pk>/", one.journey_returns, name="journey_returns"),
    path("fse/parcours/<uuid:pk>/preuves/nouvelle/", proofs.new_proof, name="new_proof"),
    path("fse/parcours/<uuid:pk>/<str:moment>/", one.situation, name="situation"),
    path("fse/preuves/<uuid:pk>/", proofs.edit_proof, name="edit_proof"),
    path("fse/preuves/<uuid:pk>/decision/", proofs.decide_proof, name="decide_proof"),
    path("fse/preuves/<uuid:pk>/supprimer/", proofs.delete_proof, name="delete_proof"),
    path("fse/preuves/<uuid:pk>/fichier/", proofs.proof_file, name="proof_file"),
]
