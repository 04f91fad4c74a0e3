from django.urls import path

from croisee.territory import views

app_name = "territory"
urlpatterns = [
    path("", views.address, name="address"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("trajets/", views.from_here, name="from_here"),
    path("trajets/carte.json", views.areas_from_here, name="areas"),
    path("attestation/", views.proof, name="proof"),
    path("donnees/", views.data_sets, name="data_sets"),
    path("donnees/acces/", views.compute_reach, name="compute_reach"),
]
