"""How the pages of accounts are rendered: within the admin, and bare while a login is not complete."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def render_account_page(request: HttpRequest, template: str, title: str, **context) -> HttpResponse:
    """The response of a page in templates/admin/accounts/; without navigation if it leads only back here."""
    login = request.login_session
    is_complete = login.step is None
    bare = (
        {}
        if is_complete
        else {"has_permission": False, "is_nav_sidebar_enabled": False, "available_apps": []}
    )
    return TemplateResponse(
        request,
        f"admin/accounts/{template}",
        {
            **admin.site.each_context(request),
            **bare,
            "title": title,
            "is_login_complete": is_complete,
            **context,
        },
    )


def next_url(request: HttpRequest) -> str:
    """The page of this site that `next` names, or else the index of the admin."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else reverse("admin:index")
