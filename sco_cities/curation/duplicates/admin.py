"""What the admin of every kind of record does about duplicates: it asks before one is added, and compares two."""

from collections.abc import Iterator

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.admin_urls import change_url
from sco_cities.curation.admin.forms import RecordForm
from sco_cities.curation.admin.inlines import submitted_rows
from sco_cities.history.permissions import MERGE_RECORDS
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record

from .candidates import candidate_pairs, similarity_config
from .similarity import Match, SimilarityConfig

# The tick that a curator sets who has looked and wants to add the record all the same.
SAVE_ANYWAY = "save_anyway"


class DuplicateCheckMixin:
    """An admin that says, in `alike`, what makes two of its records alike, and asks about those that are."""

    alike: SimilarityConfig | None = None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return (
            form
            if change or self.alike is None
            else type(form.__name__, (_DuplicateCheckFormMixin, form), {})
        )

    def has_merge_permission(self, request) -> bool:
        """Whether the curator merges records of this kind."""
        return request.user.has_perm(MERGE_RECORDS) and self.has_change_permission(request)


class _DuplicateCheckFormMixin:
    """The form of a new record, which is not saved beside one that it may repeat unless that is wanted."""

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self._errors and SAVE_ANYWAY not in self.data:
            model = type(self.instance)
            [found] = candidate_pairs(model, [dict(_texts(self, similarity_config(model)))])
            if found:
                self.add_error(None, _question(model, found))


def _texts(form: RecordForm, likeness: SimilarityConfig) -> Iterator[tuple[str, object]]:
    """What a form says in the fields that are compared; records by their slugs."""
    for name in likeness.fields:
        field = form.instance._meta.get_field(name)
        value = form.cleaned_data.get(name)
        if field.many_to_many and name not in form.cleaned_data:
            rows = submitted_rows(evidence_coverage.model_of_rows(field), form.instance.sets_of_rows)
            named = [row.instance for row in rows.surviving()] if rows is not None else []
            yield name, [getattr(row, field.m2m_reverse_field_name()).slug for row in named]
        elif field.many_to_many:
            yield name, [record.slug for record in value]
        else:
            yield name, value.slug if isinstance(value, Record) else value


def _question(model: type[Record], found: list[tuple[int, Match]]) -> str:
    records = model._base_manager.defer("search_text").in_bulk([key for key, _match in found])
    stored = format_html_join(
        "",
        '<li><a href="{}" target="_blank">{}</a> ({}): {}</li>',
        (
            (
                change_url(records[key]),
                records[key],
                records[key].get_state_display(),
                semicolon_list(match.reasons(model)),
            )
            for key, match in found
            if key in records
        ),
    )
    return format_html(
        '{}<ul>{}</ul><label><input type="checkbox" name="{}"> {}</label>',
        _("A similar record may already exist:"),
        stored,
        SAVE_ANYWAY,
        _("Save anyway: this is a different record."),
    )


@admin.action(description=gettext_lazy("Compare and merge two records"), permissions=["merge"])
def compare_selected(model_admin, request, queryset):
    """Opens the page on which two records are merged."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
    if len(keys) == 2:
        return HttpResponseRedirect(reverse("admin:merge", args=[model_admin.model.collection, *keys]))
    messages.error(request, _("Select exactly two records to compare."))
    return None
