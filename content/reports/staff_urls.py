"""Addresses below /akun/peringatan/."""

from django.urls import path

from . import bulletin_views as views

urlpatterns = [
    path("", views.bulletins, name="bulletins"),
    path("baru/", views.write, name="bulletin_new"),
    path("<int:number>/", views.bulletin, name="bulletin"),
    path("<int:number>/ubah/", views.write, name="bulletin_edit"),
    path("<int:number>/terbit/", views.publish, name="bulletin_publish"),
    path("<int:number>/turunkan/", views.take_down, name="bulletin_take_down"),
]
