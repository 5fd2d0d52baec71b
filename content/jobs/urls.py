from django.urls import path

from . import offer_views, slip_views, views

app_name = "jobs"
urlpatterns = [
    path("cek/", offer_views.check_offer, name="check_offer"),
    path("cek/slip/", slip_views.check_slip, name="check_slip"),
    path("cek/slip/<str:token>/", slip_views.check_scanned, name="check_scanned"),
    path("lowongan/<str:code>/slip/", slip_views.slip, name="slip"),
    path("lowongan/<str:code>/", views.listing, name="listing"),
]
