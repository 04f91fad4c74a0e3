"""Addresses of visits, options, lettings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
