"""URLs of correction requests; `ops.request_info` knows where they begin."""

from django.urls import path

from . import views

urlpatterns = [
    path("correction-requests/sent/<str:reference>/", views.sent, name="correction-request-sent"),
    path(
        "correction-requests/<str:collection>/<str:slug>/",
        views.correction_request,
        name="correction-request",
    ),
]
