"""Everything below the report path goes to one view; it tells languages and unknown addresses apart itself."""

from django.urls import re_path

from . import views

urlpatterns = [re_path(r"^(?P<path>.*)$", views.respond, name="report")]
