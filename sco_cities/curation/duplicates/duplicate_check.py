"""The duplicate check when records are added, and the admin action that compares two records."""

from collections.abc import Iterator, Mapping, Sequence

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.curation.admin.inlines import find_formset
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record

from .candidates import similar_records, similarity_config
from .similarity import Match, SimilarityConfig

# The checkbox that confirms that the record is not a duplicate.
SAVE_ANYWAY = "save_anyway"


class DuplicateCheckForm(ModelForm):
    """A form that checks new records for duplicates. A possible duplicate is an error until the curator confirms it."""

    finds_duplicates = False

    def full_clean(self):
        super().full_clean()
        if self.finds_duplicates and self.is_bound and not self._errors and SAVE_ANYWAY not in self.data:
            model = type(self.instance)
            [candidates] = similar_records(model, [dict(_compared_values(self, similarity_config(model)))])
            if candidates:
                self.add_error(None, _duplicate_error(model, candidates))


def _compared_values(form: ModelForm, config: SimilarityConfig) -> Iterator[tuple[str, object]]:
    """Yields the name and value of each compared field of a form. Related records are given by slug."""
    for name in config.fields:
        field = form.instance._meta.get_field(name)
        value = form.cleaned_data.get(name)
        if field.many_to_many and name not in form.cleaned_data:
            rows = find_formset(evidence_coverage.row_model(field), form.instance.row_formsets)
            instances = [row.instance for row in rows.remaining_forms()] if rows is not None else []
            yield name, [getattr(instance, field.m2m_reverse_field_name()).slug for instance in instances]
        elif field.many_to_many:
            yield name, [record.slug for record in value]
        else:
            yield name, value.slug if isinstance(value, Record) else value


def similar_record_links(
    model: type[Record], candidates: Mapping[int, Sequence[tuple[int, Match]]]
) -> dict[int, list[str]]:
    """Maps the key of each record to links to similar records, each with its state and the reasons for the match."""
    keys = {key for several in candidates.values() for key, _match in several}
    records = model._base_manager.defer("search_text").in_bulk(keys)
    return {
        own: [_link(records[key], match) for key, match in several if key in records]
        for own, several in candidates.items()
    }


def _link(record: Record, match: Match) -> str:
    return format_html(
        '<a href="{}" target="_blank">{}</a> ({}): {}',
        change_url(record),
        record,
        record.get_state_display(),
        semicolon_list(match.reasons(type(record))),
    )


def _duplicate_error(model: type[Record], candidates: list[tuple[int, Match]]) -> str:
    links = similar_record_links(model, {0: candidates})[0]
    items = format_html_join("", "<li>{}</li>", ((link,) for link in links))
    return format_html(
        '{}<ul>{}</ul><label><input type="checkbox" name="{}"> {}</label>',
        _("A similar record may already exist:"),
        items,
        SAVE_ANYWAY,
        _("Save anyway. This is a different record."),
    )


@admin.action(description=gettext_lazy("Compare and merge two records"), permissions=["merge"])
def compare_two(model_admin, request, queryset):
    """Opens the merge page for the two selected records. Forms submit the function's name as the action."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
    if len(keys) == 2:
        return HttpResponseRedirect(reverse("admin:merge", args=[model_admin.model.collection, *keys]))
    messages.error(request, _("Select exactly two records to compare."))
    return None
