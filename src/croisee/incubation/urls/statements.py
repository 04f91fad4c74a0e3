"""Addresses of monthly statements."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
