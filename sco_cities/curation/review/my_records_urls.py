"""The address of a contributor's own records, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [path("my-records/", views.my_records, name="my_records")]
