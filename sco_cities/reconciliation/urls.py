"""URLs of the reconciliation service."""

from django.urls import path

from . import views

urlpatterns = [
    path("reconcile", views.reconcile, name="reconcile"),
    # Readers may type a slash at the end of the URL.
    path("reconcile/", views.reconcile),
    path("reconcile/view/<str:record>", views.view_record, name="reconcile-view"),
    path("reconcile/preview/<str:record>", views.preview, name="reconcile-preview"),
    path("reconcile/properties", views.propose_properties, name="reconcile-properties"),
    path("reconcile/suggest/entity", views.suggest_entities, name="reconcile-suggest-entity"),
    path("reconcile/suggest/type", views.suggest_types, name="reconcile-suggest-type"),
    path("reconcile/suggest/property", views.suggest_properties, name="reconcile-suggest-property"),
    path("reconcile/flyout/entity", views.flyout, {"kind": "entity"}, name="reconcile-flyout-entity"),
    path("reconcile/flyout/type", views.flyout, {"kind": "type"}, name="reconcile-flyout-type"),
    path("reconcile/flyout/property", views.flyout, {"kind": "property"}, name="reconcile-flyout-property"),
]
