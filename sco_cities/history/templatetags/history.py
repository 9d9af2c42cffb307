"""The history in templates: for readers on the page of a record, and what curators' pages say of revisions."""

from django import template
from django.urls import reverse

from sco_cities.history import diff_display
from sco_cities.history.public_history import public_history
from sco_cities.i18n.punctuation import comma_list

register = template.Library()


@register.inclusion_tag("history/_record_history.html")
def record_history(record) -> dict:
    """The newest changes of a record that readers could see, folded."""
    return {"history": public_history(record)}


@register.filter
def history_url(revision) -> str:
    """The admin's page of the history of a revision's record, which may be gone."""
    kind = revision.content_type
    return reverse(f"admin:{kind.app_label}_{kind.model}_history", args=[revision.object_id])


@register.filter
def fields_since(step) -> str:
    """What people call the fields that have changed since what a step takes back."""
    return comma_list(diff_display.field_label(step.model, name) for name in step.since)
