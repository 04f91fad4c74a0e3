"""Addresses of CNIG files, of vacancy, of open data, and of the OGC API, whose own end in no slash."""

from django.urls import path, re_path

from croisee.premises.views import ogc, published

urlpatterns = [
    path("fichiers/", published.published, name="published"),
    path("fichiers/cnig.zip", published.published_zip, name="published_zip"),
    path("fichiers/cnig/<slug:name>.csv", published.published_file, name="published_file"),
    path("fichiers/identifiants/", published.give_identifiers, name="give_identifiers"),
    path("fichiers/importer/", published.import_cnig, name="import_cnig"),
    path("fichiers/vacance-des-zones/", published.zae_vacancy, name="zae_vacancy"),
    path("donnees-ouvertes/", published.open_data, name="open_data"),
    path("donnees-ouvertes/<slug:name>.geojson", published.open_geojson, name="open_geojson"),
    re_path(r"^ogc/?$", ogc.landing, name="ogc"),
    path("ogc/conformance", ogc.conformance, name="ogc_conformance"),
    path("ogc/api", ogc.api, name="ogc_api"),
    path("ogc/collections", ogc.collections, name="ogc_collections"),
    path("ogc/collections/<slug:collection_id>", ogc.collection, name="ogc_collection"),
    path("ogc/collections/<slug:collection_id>/items", ogc.items, name="ogc_items"),
    path("ogc/collections/<slug:collection_id>/items/<str:feature_id>", ogc.item, name="ogc_item"),
]
