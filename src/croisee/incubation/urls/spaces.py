"""Addresses of the incubator, its spaces, bookings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
