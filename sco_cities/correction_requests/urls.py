"""URLs of correction requests. Their prefix must match the pattern in `ops.request_info`."""

from django.urls import path

from . import views

urlpatterns = [
    path("correction-requests/sent/<page_name:reference>/", views.sent, name="correction-request-sent"),
    path(
        "correction-requests/<str:collection>/<page_name:slug>/",
        views.correction_request,
        name="correction-request",
    ),
]
