from django.urls import path

from . import contract_views, cost_views, family_views, help_views, plan_views

app_name = "guides"
urlpatterns = [
    path("rencana/", plan_views.planner, name="planner"),
    path("rencana/rincian/", plan_views.details, name="plan_details"),
    path("rencana/centang/", plan_views.ticks, name="plan_ticks"),
    path("cek-kontrak/", contract_views.contract, name="contract"),
    path("hitung-biaya/", cost_views.costs, name="costs"),
    path("bantuan/", help_views.directory, name="help"),
    path("salinan-keluarga/", family_views.family, name="family"),
]
