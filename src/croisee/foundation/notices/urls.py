from django.urls import path

from croisee.foundation.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.preferences, name="preferences"),
    path("registre/", views.ledger, name="ledger"),
    path("registre/<uuid:pk>/renvoyer/", views.send_again, name="send_again"),
]
