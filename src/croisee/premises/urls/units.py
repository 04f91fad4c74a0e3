"""Addresses of premises and plots."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
