"""Addresses of the board of mutual help."""

from django.urls import path

from croisee.incubation.views import board

urlpatterns = [
    path("entraide/", board.board, name="board"),
    path("entraide/nouvelle/", board.new_post, name="new_post"),
    path("entraide/<uuid:pk>/", board.post, name="post"),
    path("entraide/<uuid:pk>/modifier/", board.edit_post, name="edit_post"),
    path("entraide/<uuid:pk>/etat/", board.move_post, name="move_post"),
    path("entraide/<uuid:pk>/repondre/", board.reply_post, name="reply_post"),
    path("entraide/reponses/<uuid:pk>/retirer/", board.remove_reply, name="remove_reply"),
]
