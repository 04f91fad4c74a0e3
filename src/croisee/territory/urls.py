from django.urls import path

from croisee.territory import views

app_name = "territory"
urlpatterns = [
    path("", views.address, name="address"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("attestation/", views.proof, name="proof"),
    path("donnees/", views.data_sets, name="data_sets"),
]
