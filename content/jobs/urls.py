from django.urls import path

from . import offer_views, views

app_name = "jobs"
urlpatterns = [
    path("cek/", offer_views.check_offer, name="check_offer"),
    path("lowongan/<str:code>/", views.listing, name="listing"),
]
