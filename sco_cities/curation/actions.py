"""Publishing and taking back many records at once."""

from collections import Counter

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import router, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.sources import publication
from sco_cities.sources.records import Record, State

BATCH = 500
# A message names so many refused records and then says how many more there are.
NAMED = 50

Refusals = list[tuple[Record, str]]


def _locked(model_admin, request, keys: list[int]) -> list[Record]:
    """The records of `keys`, locked: no curator takes evidence away between the check and the writing."""
    return list(model_admin.get_queryset(request).select_for_update(of=("self",)).filter(pk__in=keys))


def _write(model_admin, request, records: list[Record], state: State) -> None:
    """Sets the state of `records` and notes it in their history."""
    keys = [record.pk for record in records]
    model_admin.model._base_manager.filter(pk__in=keys).update(state=state, updated_at=timezone.now())
    if records:
        name = str(capfirst(model_admin.model._meta.get_field("state").verbose_name))
        changed = [{"changed": {"fields": [name]}}]
        LogEntry.objects.log_actions(request.user.pk, records, CHANGE, change_message=changed)


def change_state(model_admin, request, queryset, state: State) -> None:
    """Brings the records of `queryset` into `state` unless something speaks against it, and says how many."""
    counts, refused = Counter(), []
    keys = list(queryset.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic(using=router.db_for_write(model_admin.model)):
            records = _locked(model_admin, request, keys[start : start + BATCH])
            moving = [record for record in records if record.state != state]
            reasons = model_admin.reasons_against(moving, state)
            allowed = [record for record in moving if record.pk not in reasons]
            _write(model_admin, request, allowed, state)
        refused += [(record, reasons[record.pk]) for record in moving if record.pk in reasons]
        counts.update(done=len(allowed), already=len(records) - len(moving))
    _tell(model_admin, request, state, counts, refused)


def lacking_evidence(records: list[Record]) -> dict[int, str]:
    """By primary key, the names of the values that stand in the way of publishing."""
    return {
        key: publication.listed(type(records[0]), lacking)
        for key, lacking in publication.unsourced_fields(records).items()
        if lacking
    }


def _tell(model_admin, request, state: State, counts: Counter, refused: Refusals) -> None:
    def counted(number: int) -> str:
        opts = model_admin.opts
        return f"{number} {opts.verbose_name if number == 1 else opts.verbose_name_plural}"

    if counts["done"]:
        text = _("%(records)s: now “%(state)s”.")
        messages.success(request, text % {"records": counted(counts["done"]), "state": state.label})
    if counts["already"]:
        text = _("%(records)s: “%(state)s” already.")
        messages.info(request, text % {"records": counted(counts["already"]), "state": state.label})
    if refused:
        messages.error(request, _refusal(model_admin, state, counted(len(refused)), refused))


def _refusal(model_admin, state: State, counted: str, refused: Refusals) -> str:
    heading = (
        _("%(records)s not published. What no published report supports:")
        if state == State.PUBLISHED
        else _("%(records)s not taken back. Published records would lack evidence without:")
    ) % {"records": counted}
    items = format_html_join(
        "",
        '<li><a href="{}">{}</a>: {}</li>',
        ((change_address(model_admin, record), record, reason) for record, reason in refused[:NAMED]),
    )
    if len(refused) > NAMED:
        more = len(refused) - NAMED
        items += format_html("<li>{}</li>", ngettext("and %d more", "and %d more", more) % more)
    return format_html("{}<ul>{}</ul>", heading, items)


def change_address(model_admin, record) -> str:
    """The admin page on which `record` is edited."""
    opts = record._meta
    return reverse(
        f"{model_admin.admin_site.name}:{opts.app_label}_{opts.model_name}_change", args=[record.pk]
    )


@admin.action(description=gettext_lazy("Publish"), permissions=["change"])
def publish(model_admin, request, queryset):
    """Shows the records to the readers; those with a value that nothing supports stay as they are."""
    change_state(model_admin, request, queryset, State.PUBLISHED)


@admin.action(description=gettext_lazy("Send to review"), permissions=["change"])
def send_to_review(model_admin, request, queryset):
    """Hands the records to a reviewer; readers no longer see them."""
    change_state(model_admin, request, queryset, State.IN_REVIEW)


@admin.action(description=gettext_lazy("Back to draft"), permissions=["change"])
def back_to_draft(model_admin, request, queryset):
    """Takes the records back from the readers."""
    change_state(model_admin, request, queryset, State.DRAFT)
