"""Responses that reject a request because the database is unavailable or the site is overloaded."""

from django.http import HttpResponse


def mark_refusal(response: HttpResponse, reason: str, cause: str = "") -> None:
    """Makes `monitoring` count a response as a rejected request, and log it together with others of that reason."""
    response.refusal, response.refusal_cause = reason, cause
    # Otherwise, Django would log each response with a traceback.
    response._has_been_logged = True
