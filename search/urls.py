"""Below the language, before the rooms that they find (DECISIONS 1)."""

from django.urls import path

from . import bulletins, feeds, suggestions, views

urlpatterns = [
    path("lowongan/", views.job_list, name="job_list"),
    path("lowongan/umpan.atom", feeds.atom),
    path("lowongan/umpan.json", feeds.json),
    path("peringatan/umpan.atom", bulletins.atom),
    path("peringatan/umpan.json", bulletins.json),
    path("data-terbuka/", views.open_data_page, name="open_data"),
    path("cari/kata.json", suggestions.answer, name="suggestions"),
    path("cari/", views.everything, name="search"),
]
