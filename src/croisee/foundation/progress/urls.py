from django.urls import path

from croisee.foundation.progress import views

app_name = "progress"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/etat/", views.status, name="status"),
    path("<uuid:pk>/annuler/", views.cancel, name="cancel"),
    path("<uuid:pk>/recommencer/", views.start_again, name="start_again"),
]
