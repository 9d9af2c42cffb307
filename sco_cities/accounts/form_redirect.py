"""Addresses that only take a form, for a browser that opens them."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods


def post_or_redirect(url_name: str, *arguments: str) -> Callable:
    """A decorator for views that take a form: who opens their address gets the page with the form.

    After a login or a code, the browser opens the address that the form was sent to. `url_name` is the page with the
    form, `arguments` names those of the view that it takes too.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def checked_view(request: HttpRequest, **kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(url_name, **{name: kwargs[name] for name in arguments})

        return require_http_methods(["GET", "HEAD", "POST"])(checked_view)

    return decorate
