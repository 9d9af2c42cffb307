"""Template tags for the history on public record pages and admin pages."""

from django import template
from django.urls import reverse

from sco_cities.history import diff_display
from sco_cities.history.record_history import public_history
from sco_cities.history.shown_record import as_of_sentences, today
from sco_cities.i18n.punctuation import comma_list

register = template.Library()
register.simple_tag(public_history)
register.simple_tag(lambda shown: list(as_of_sentences(shown)), name="as_of_sentences")
register.simple_tag(today, name="today_in_utc")


@register.filter
def history_url(revision) -> str:
    """Returns the URL of the History page for a revision's record, including a deleted record."""
    content_type = revision.content_type
    return reverse(f"admin:{content_type.app_label}_{content_type.model}_history", args=[revision.object_id])


@register.filter
def fields_since(step) -> str:
    """Returns the labels of fields that have changed again since the reverted revision."""
    return comma_list(diff_display.field_label(step.model, name) for name in step.since)
