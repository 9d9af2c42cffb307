"""URLs of the History admin pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes/deleted/", views.deleted, name="deleted_records"),
    path("changes/<int:number>/", views.change_set, name="change_set"),
    path("changes/<int:number>/take-back/", views.revert_change_set, name="revert"),
    path("changes/being-taken-back/<int:number>/", views.revert_progress, name="revert_progress"),
]
