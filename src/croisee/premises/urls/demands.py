"""Addresses of demands, what fits, proposals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
