"""Addresses of CNIG files, GeoJSON, OGC API."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
