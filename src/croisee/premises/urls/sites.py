"""Addresses of economic sites."""

from django.urls import path

from croisee.premises.views import sites

urlpatterns = [
    path("sites/", sites.sites, name="sites"),
    path("sites/contours.geojson", sites.sites_map, name="sites_map"),
    path("sites/nouveau/", sites.new_site, name="new_site"),
    path("sites/<uuid:pk>/", sites.site, name="site"),
    path("sites/<uuid:pk>/contour.geojson", sites.site_map, name="site_map"),
    path("sites/<uuid:pk>/modifier/", sites.edit_site, name="edit_site"),
    path("sites/<uuid:pk>/contour/", sites.outline_site, name="outline_site"),
]
