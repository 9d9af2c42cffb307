"""The addresses of the review queue, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("review/", views.review, name="review"),
    path("review/<slug:collection>/<int:key>/", views.review_record, name="review_record"),
]
