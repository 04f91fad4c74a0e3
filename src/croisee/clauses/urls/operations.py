"""Operations, contracts, lots, companies committed, contacts, penalties."""

from django.urls import path

from croisee.clauses.views import commitments, follow_up, lots, operations, penalties, portfolio

urlpatterns = [
    path("portefeuille/", portfolio.portfolio, name="portfolio"),
    path("chantiers.geojson", portfolio.works_map, name="works_map"),
    path("operations/", operations.operations, name="operations"),
    path("operations/nouvelle/", operations.new_operation, name="new_operation"),
    path("operations/<uuid:pk>/", operations.operation, name="operation"),
    path("operations/<uuid:pk>/modifier/", operations.edit_operation, name="edit_operation"),
    path("operations/<uuid:pk>/supprimer/", operations.delete_operation, name="delete_operation"),
    path("operations/<uuid:pk>/marche/", operations.add_contract, name="add_contract"),
    path("marches/<uuid:pk>/", operations.contract, name="contract"),
    path("marches/<uuid:pk>/modifier/", operations.edit_contract, name="edit_contract"),
    path("marches/<uuid:pk>/supprimer/", operations.delete_contract, name="delete_contract"),
    path("marches/<uuid:pk>/lot/", lots.new_lot, name="new_lot"),
    path("lots/<uuid:pk>/", lots.lot, name="lot"),
    path("lots/<uuid:pk>/modifier/", lots.edit_lot, name="edit_lot"),
    path("lots/<uuid:pk>/supprimer/", lots.delete_lot, name="delete_lot"),
    path("lots/<uuid:pk>/etat/", lots.move_lot, name="move_lot"),
    path("lots/<uuid:pk>/solder/", lots.close_lot, name="close_lot"),
    path("lots/<uuid:pk>/clause/", lots.edit_clause, name="edit_clause"),
    path("lots/<uuid:pk>/commande/", lots.new_order, name="new_order"),
    path("commandes/<uuid:pk>/", lots.edit_order, name="edit_order"),
    path("commandes/<uuid:pk>/supprimer/", lots.delete_order, name="delete_order"),
    path("lots/<uuid:pk>/entreprise/", commitments.new_commitment, name="new_commitment"),
    path("engagements/<uuid:pk>/", commitments.commitment, name="commitment"),
    path("engagements/<uuid:pk>/modifier/", commitments.edit_commitment, name="edit_commitment"),
    path("engagements/<uuid:pk>/supprimer/", commitments.delete_commitment, name="delete_commitment"),
    path("a-reprendre/", follow_up.follow_up, name="follow_up"),
    path("contacts/<str:kind>/<uuid:pk>/", follow_up.note_contact, name="note_contact"),
    path("contacts/<uuid:pk>/", follow_up.contact, name="contact"),
    path("penalites/", penalties.penalties, name="penalties"),
    path("penalites/<uuid:pk>/", penalties.penalty, name="penalty"),
    path("penalites/<uuid:pk>/decision/", penalties.decide_penalty, name="decide_penalty"),
    path("penalites/<uuid:pk>/reponse/", penalties.answer_penalty, name="answer_penalty"),
    path("penalites/<uuid:pk>/courrier/", penalties.penalty_letter, name="penalty_letter"),
    path("penalites/reponse/<str:token>/", penalties.penalty_answer, name="penalty_answer"),
]
