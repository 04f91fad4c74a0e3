from django.urls import path

from croisee.foundation.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("nouveau/<str:kind>/", views.begin, name="begin"),
    path("<uuid:pk>/", views.draft, name="draft"),
    path("<uuid:pk>/importer/", views.apply, name="apply"),
    path("<uuid:pk>/questions/", views.questions, name="questions"),
    path("<uuid:pk>/<slug:slot>/correspondances/", views.mapping, name="mapping"),
    path("<uuid:pk>/<slug:slot>/a-corriger.<slug:extension>", views.left_out, name="left_out"),
    path("<uuid:pk>/choix/", views.choices, name="choices"),
    path("<uuid:pk>/abandonner/", views.discard, name="discard"),
    path("<uuid:pk>/<slug:slot>/colonnes/", views.columns, name="columns"),
    path("<uuid:pk>/<slug:slot>/corriger/", views.correct, name="correct"),
    path("<uuid:pk>/<slug:slot>/lignes.csv", views.faulty_rows, name="faulty_rows"),
    path("<uuid:pk>/<slug:slot>/lignes/", views.corrected_rows, name="corrected_rows"),
    path("<uuid:pk>/<slug:slot>/fichier/", views.replace_file, name="replace_file"),
]
