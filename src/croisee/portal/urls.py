"""The public pages, the map and the home pages."""

from django.urls import path

from croisee.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("mon-espace/", views.mine, name="mine"),
    path("carte/", views.territory_map, name="map"),
    path("carte/<str:layer>.geojson", views.layer, name="geojson"),
    path("acces/", views.reach, name="reach"),
    path("acces/carreaux.geojson", views.reach_squares, name="reach_squares"),
    path("quartiers/<str:code>/", views.zone, name="zone"),
    path("la-regle/", views.rules, name="rules"),
    path("a-propos/", views.about, name="about"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
]
