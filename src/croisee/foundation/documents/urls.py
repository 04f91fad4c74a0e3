from django.urls import path

from croisee.foundation.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("<str:reference>/", views.verify, name="verify"),
]
