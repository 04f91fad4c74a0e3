"""Addresses of economic sites and their vacancy."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
