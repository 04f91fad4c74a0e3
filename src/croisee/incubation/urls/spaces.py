"""Addresses of the incubator, its spaces, bookings."""

from django.urls import path

from croisee.incubation.views import bookings, spaces

urlpatterns = [
    path("pepinieres/", spaces.incubators, name="incubators"),
    path("pepinieres/nouvelle/", spaces.new_incubator, name="new_incubator"),
    path("pepinieres/<uuid:pk>/", spaces.incubator, name="incubator"),
    path("pepinieres/<uuid:pk>/modifier/", spaces.edit_incubator, name="edit_incubator"),
    path("pepinieres/<uuid:pk>/loyers/", spaces.rent_grid, name="rent_grid"),
    path("pepinieres/<uuid:pk>/espaces/nouveau/", spaces.new_space, name="new_space"),
    path("espaces/", spaces.spaces, name="spaces"),
    path("espaces/plan/", spaces.occupancy_plan, name="occupancy_plan"),
    path("espaces/<uuid:pk>/", spaces.edit_space, name="edit_space"),
    path("espaces/<uuid:pk>/service/", spaces.move_space, name="move_space"),
    path("espaces/<uuid:pk>/reserver/", bookings.book_space, name="book_space"),
    path("salles/", bookings.rooms, name="rooms"),
    path("reservations/", bookings.bookings, name="bookings"),
    path("reservations/<uuid:pk>/", bookings.booking, name="booking"),
    path("reservations/<uuid:pk>/agenda.ics", bookings.booking_file, name="booking_file"),
    path("reservations/<uuid:pk>/annuler/", bookings.cancel_booking, name="cancel_space_booking"),
]
