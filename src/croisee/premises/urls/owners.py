"""Addresses of the owners' lists."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
