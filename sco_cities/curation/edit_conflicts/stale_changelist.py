"""What the admin does about lists that are older than the rows that are chosen in them."""

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.db import models, router, transaction
from django.forms import CharField, HiddenInput
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.curation.admin.messages import name_list
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.locking import lock
from sco_cities.history.versions import changed_after, versions_and_newest
from sco_cities.sources.base_models import Record

from .versioned_form import posted_versions

# Among the versions of a list, by key, that of the newest change of any record; no row has this key.
NEWEST = 0
# A message names so many rows and then says how many more there are.
MAX_NAMED = 50


class VersionedActionForm(ActionForm):
    """The form of a list's actions, with the versions of the records that the list shows, as "17:301 18:0"."""

    versions = CharField(required=False, widget=HiddenInput, label="")


class StaleChangelistMixin:
    """An admin that runs no action on what has changed since its list was shown.

    `record_of` names the relation to the record, where what it edits is part of one.
    """

    record_of = ""
    action_form = VersionedActionForm

    def record_behind(self, obj) -> Record:
        """The record whose history tells of `obj`."""
        return getattr(obj, self.record_of) if self.record_of else obj

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if context.get("action_form") and "cl" in context:
            shown = self._versions_behind(context["cl"].result_list)
            said = " ".join(f"{key}:{version}" for key, version in shown.items())
            context["action_form"].fields["versions"].initial = said
        return response

    def response_action(self, request, queryset):
        """Runs an action on the chosen rows, but on none that has changed since the list was shown.

        Who chooses all rows that match a filter has not seen each of them, but has seen how many they are: what
        has come or changed since is left alone too.
        """
        shown = posted_versions(request.POST.get("versions", ""))
        everything = request.POST.get("select_across") == "1"
        sent = {int(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_key(key)}
        chosen = sent & shown.keys()
        if not (NEWEST in shown if everything else chosen):
            return super().response_action(request, queryset)
        with transaction.atomic(using=router.db_for_write(self.model)):
            if everything:
                lock(*self._records_behind(queryset))
                changed = self._changed_after(queryset, shown[NEWEST])
            else:
                stored = self.model._base_manager.filter(pk_in(chosen))
                lock(*self._records_behind(stored))
                now = self._versions_behind(list(stored))
                changed = {key for key in chosen & now.keys() if now[key] != shown[key]}
            if changed:
                self._tell_changed(request, queryset.filter(pk_in(changed)), len(changed))
                if changed == sent and not everything:
                    return HttpResponseRedirect(request.get_full_path())
            return super().response_action(request, queryset.exclude(pk_in(changed)) if changed else queryset)

    def _changed_after(self, queryset: models.QuerySet, version: int) -> set[int]:
        """By key those rows whose records have changed, or come, after a version."""
        model, _keys = self._records_behind(queryset.none())
        changed = pk_in(changed_after(model, version), self.record_of or "pk")
        return set(queryset.order_by().filter(changed).values_list("pk", flat=True))

    def _records_behind(self, stored: models.QuerySet) -> tuple[type[Record], list[int]]:
        """The kind and the keys of the records whose history tells of these rows."""
        if not self.record_of:
            return self.model, list(stored.values_list("pk", flat=True))
        relation = self.model._meta.get_field(self.record_of)
        return relation.related_model, list(stored.values_list(relation.attname, flat=True))

    def _versions_behind(self, shown: list) -> dict[int, int]:
        """By key of what a list shows, the version of its record; and that of the newest change of any record."""
        records = {obj.pk: self.record_behind(obj) for obj in shown}
        if not records:
            return {}
        model = type(next(iter(records.values())))
        known, newest = versions_and_newest(model, {record.pk for record in records.values()})
        return {NEWEST: newest} | {key: known[record.pk] for key, record in records.items()}

    def _tell_changed(self, request, changed: models.QuerySet, number: int) -> None:
        heading = _("Not changed: these were edited after you opened the list. Review them and select again:")
        messages.error(
            request,
            format_html("{}{}", heading, name_list(map(str, changed[:MAX_NAMED]), number - MAX_NAMED)),
        )
