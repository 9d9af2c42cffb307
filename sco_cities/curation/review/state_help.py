"""The help text of the publication state in the form of a record: where the states are that it does not offer."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sco_cities.curation.permissions.object_permissions import ObjectPermissions
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record

from .transitions import available_transitions


def state_help(permissions: ObjectPermissions, record: Record | None) -> str:
    """Names the transitions that need a reason, with a link to the page that asks for it; "" if there are none."""
    if record is None:
        return ""
    transitions = available_transitions(permissions, record).values()
    labels = [transition.label for transition in transitions if transition.requires_reason]
    if not labels:
        return ""
    address = reverse("admin:review_record", args=[record.collection, record.pk])
    return format_html(
        '{} <a href="{}">{}</a>',
        _("With a reason, on another page: %(transitions)s.") % {"transitions": comma_list(labels)},
        address,
        _("Review changes"),
    )
