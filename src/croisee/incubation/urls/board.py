"""Addresses of the board of mutual help."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
