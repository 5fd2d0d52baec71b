"""Addresses below ``/api/v1/``: the words of the site (DECISIONS 1)."""

from django.urls import path

from . import views

urlpatterns = [
    path("lowongan/", views.Listings.as_view()),
    path("lowongan/<str:code>/", views.Listing.as_view()),
    path("perusahaan/", views.Agencies.as_view()),
    path("perusahaan/<path:licence_number>/", views.Agency.as_view()),
    path("kosakata/", views.Vocabularies.as_view()),
    path("openapi.json", views.openapi),
]
