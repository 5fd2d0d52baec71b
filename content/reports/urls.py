"""Below the language. A quarter is written 2026-Q3, a place by its code."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("peringatan/", views.warnings, name="warnings"),
    path("angka/", views.figures, name="figures"),
    path("angka/jawaban/", views.accountability, name="accountability"),
    re_path(r"^angka/(?P<quarter>20\d\d-Q[1-4])/$", views.figures),
    re_path(r"^angka/(?P<quarter>20\d\d-Q[1-4])/(?P<place>\d\d\.\d\d|lain|tanpa-tempat)/$", views.figures),
]
