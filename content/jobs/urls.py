from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [path("lowongan/<str:code>/", views.listing, name="listing")]
