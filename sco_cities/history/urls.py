"""The pages of the history."""

from django.urls import path

from . import views

urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes/deleted/", views.deleted, name="deleted_records"),
    path("changes/<int:number>/", views.change_set, name="change_set"),
    path("changes/<int:number>/take-back/", views.take_back, name="take_back"),
    path("changes/being-taken-back/<int:number>/", views.being_taken_back, name="being_taken_back"),
]
