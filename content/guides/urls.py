from django.urls import path

from . import plan_views

app_name = "guides"
urlpatterns = [
    path("rencana/", plan_views.planner, name="planner"),
    path("rencana/rincian/", plan_views.details, name="plan_details"),
]
