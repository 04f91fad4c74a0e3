"""Addresses of criteria, committees, minutes, the waiting list."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
