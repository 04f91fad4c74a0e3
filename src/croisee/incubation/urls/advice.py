"""Addresses of experts, hours, appointments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
