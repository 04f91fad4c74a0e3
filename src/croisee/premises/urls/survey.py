"""Addresses of the walk with a telephone."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
