"""Below the language, before the rooms that they find (DECISIONS 1)."""

from django.urls import path

from . import views

urlpatterns = [
    path("lowongan/", views.job_list, name="job_list"),
    path("cari/", views.everything, name="search"),
]
