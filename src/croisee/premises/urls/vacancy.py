"""Addresses of what is vacant, what was not found."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
