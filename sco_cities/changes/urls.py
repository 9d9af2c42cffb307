"""URLs of the History admin pages, which list and revert changes."""

from django.urls import path

from sco_cities.history import views as history

from . import views

urlpatterns = [
    path("changes/", history.changes, name="changes"),
    path("changes/deleted/", history.deleted, name="deleted_records"),
    path("changes/<int:number>/", history.change_set, name="change_set"),
    path("changes/<int:number>/take-back/", views.revert_change_set, name="revert"),
    path("changes/being-taken-back/<int:number>/", views.revert_progress, name="revert_progress"),
]
