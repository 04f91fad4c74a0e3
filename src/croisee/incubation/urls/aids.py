"""Addresses of de minimis aid."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
