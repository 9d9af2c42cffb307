"""Responses that refuse a request because of the state of the site: the database is away, or too much is asked."""

from django.http import HttpResponse


def mark_refusal(response: HttpResponse, reason: str, cause: str = "") -> None:
    """Has `monitoring` count a response as a refused request, and log it with all others that have this reason."""
    response.refusal, response.refusal_cause = reason, cause
    # Django would log each, with a traceback.
    response._has_been_logged = True
