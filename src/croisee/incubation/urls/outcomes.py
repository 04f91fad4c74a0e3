"""Addresses of survival, the dashboard."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
