"""Addresses of agreements, rents, reviews, ways out."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
