"""Publication states of records, and the visibility of each state.

Drafts and other records whose state is not `VISIBLE` are hidden from readers, for all kinds of record. QuerySets
(`published()` in `sources/querysets.py`), records (`is_published`), record pages (`sources/views.py`), lists
(`IndexState.published`), exports and the history compare states with this constant.
"""

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class PublicationState(models.TextChoices):
    """The publication state of a record. Only VISIBLE records are shown to readers."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


VISIBLE = PublicationState.PUBLISHED


def may_edit(request: HttpRequest, model: type[models.Model]) -> bool:
    """Returns True if the request's account may change published records of this kind.

    Without a session cookie, the account is not read, so that the page can be cached.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    change = f"{model._meta.app_label}.change_{model._meta.model_name}"
    return request.user.is_staff and request.user.has_perms((change, "history.review_records"))


def may_preview(user, model: type[models.Model]) -> bool:
    """Returns True if an account may see pages of records that are hidden from readers."""
    return user.is_staff and user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
