"""URL of the merge page, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    # The first record is kept, the second is merged into it.
    path("duplicates/<slug:collection>/<slug:target>/<slug:duplicate>/", views.merge_records, name="merge"),
]
