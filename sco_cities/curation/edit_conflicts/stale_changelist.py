"""Optimistic locking of changelists. Actions leave out rows that have changed since the list was shown."""

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.db import models, router, transaction
from django.forms import CharField, HiddenInput
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.changes.admin_mixin import HistoryMixin
from sco_cities.changes.locking import lock_all
from sco_cities.curation.admin.messages import name_list
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.versions import changed_after, versions_and_newest

from .versioned_form import posted_versions

# A list submits the newest version of all records with this primary key, which no row has.
NEWEST_KEY = 0
# Maximum number of rows listed in a message. The rest are only counted.
MAX_NAMED = 50


class VersionedActionForm(ActionForm):
    """The action form of a changelist, with the versions of the listed rows by primary key, such as "17:301 18:0"."""

    versions = CharField(required=False, widget=HiddenInput, label="")


class StaleChangelistMixin(HistoryMixin):
    """A ModelAdmin that applies actions only to rows that have not changed since the list was shown."""

    action_form = VersionedActionForm

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if context.get("action_form") and "cl" in context:
            listed = self._row_versions(context["cl"].result_list)
            versions = " ".join(f"{key}:{version}" for key, version in listed.items())
            context["action_form"].fields["versions"].initial = versions
        return response

    def response_action(self, request, queryset, **options):
        """Runs an action on the selected rows, without rows that have changed since the list was shown.

        "Select across" includes rows that were not on the curator's page. Rows added or changed since then are left out
        too.
        """
        listed = posted_versions(request.POST.get("versions", ""))
        select_across = request.POST.get("select_across") == "1"
        posted = {int(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_key(key)}
        selected = posted & listed.keys()
        if not (NEWEST_KEY in listed if select_across else selected):
            return super().response_action(request, queryset, **options)
        with transaction.atomic(using=router.db_for_write(self.model)):
            if select_across:
                lock_all(self.records_of(list(queryset.values_list("pk", flat=True))))
                changed = self._changed_after(queryset, listed[NEWEST_KEY])
            else:
                lock_all(self.records_of(selected))
                current = self._row_versions(list(self.model._base_manager.filter(pk_in(selected))))
                changed = {key for key in selected & current.keys() if current[key] != listed[key]}
            if changed:
                self._report_changed(request, queryset.filter(pk_in(changed)), len(changed))
                if changed == posted and not select_across:
                    return HttpResponseRedirect(request.get_full_path())
                queryset = queryset.exclude(pk_in(changed))
            return super().response_action(request, queryset, **options)

    def _changed_after(self, queryset: models.QuerySet, version: int) -> set[int]:
        """Returns the primary keys of rows whose records were changed or added after a version."""
        [model] = self.records_of(())
        changed = pk_in(changed_after(model, version), self.parent_field or "pk")
        return set(queryset.order_by().filter(changed).values_list("pk", flat=True))

    def _row_versions(self, objects: list) -> dict[int, int]:
        """Maps the primary key of each row to the version of its record, and NEWEST_KEY to the newest of any record."""
        records = {obj.pk: self.versioned_record(obj) for obj in objects}
        if not records:
            return {}
        model = type(next(iter(records.values())))
        known, newest = versions_and_newest(model, {record.pk for record in records.values()})
        return {NEWEST_KEY: newest} | {key: known[record.pk] for key, record in records.items()}

    def _report_changed(self, request, changed: models.QuerySet, number: int) -> None:
        heading = _(
            "These records were not changed, because they were edited after you opened the list. Review them and "
            "select them again:"
        )
        messages.error(
            request,
            format_html("{}{}", heading, name_list(map(str, changed[:MAX_NAMED]), number - MAX_NAMED)),
        )
