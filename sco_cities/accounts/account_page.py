"""Renders the account pages inside the admin. Navigation is left out until the login is complete."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods


def account_context(request: HttpRequest) -> dict:
    """Returns the template context of account pages. Navigation is left out while all other pages redirect here."""
    is_complete = request.login_session.step is None
    bare = {"has_permission": False, "is_nav_sidebar_enabled": False, "available_apps": []}
    context = admin.site.each_context(request) | ({} if is_complete else bare)
    return context | {"is_login_complete": is_complete}


def render_account_page(request: HttpRequest, template: str, title: str, **context) -> HttpResponse:
    """Renders a template of templates/admin/accounts/."""
    context = account_context(request) | {"title": title} | context
    return TemplateResponse(request, f"admin/accounts/{template}", context)


def next_url(request: HttpRequest) -> str:
    """Returns the URL in `next` if it belongs to this site, otherwise the URL of the admin index."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else reverse("admin:index")


def post_or_redirect(url_name: str, *arguments: str) -> Callable:
    """Decorator for form views. GET requests are redirected to the page that contains the form.

    After a login or a code entry, the browser opens the URL that the form was submitted to. `url_name` is the page with
    the form. `arguments` names the view arguments in its URL.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def checked_view(request: HttpRequest, **kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(url_name, **{name: kwargs[name] for name in arguments})

        return require_http_methods(["GET", "HEAD", "POST"])(checked_view)

    return decorate
