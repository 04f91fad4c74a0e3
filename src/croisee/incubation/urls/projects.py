"""Addresses of first contacts, projects, candidatures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
