"""URLs of the review queue and of a contributor's own records, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("review/", views.review, name="review"),
    path("review/<slug:collection>/<int:key>/", views.review_record, name="review_record"),
    path("my-records/", views.my_records, name="my_records"),
]
