"""Addresses of figures with dates."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
