"""The duplicate check for new records, the pages for candidate and marked pairs, and the action to compare records."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.accounts.views import post_or_redirect
from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.curation.admin.inlines import find_formset
from sco_cities.curation.admin.messages import name_list
from sco_cities.curation.models import NotDuplicates
from sco_cities.curation.permissions.object_permissions import model_or_404
from sco_cities.history.models import MERGE_RECORDS
from sco_cities.history.references import model_of, select_related_names
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record, record_models

from .candidates import open_pairs, similar_records, similarity_config
from .similarity import Match, SimilarityConfig

# The checkbox to confirm that the record is not a duplicate.
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
    """Maps record keys to links to similar records, each with the similar record's state and match reasons."""
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
    return format_html(
        '{}{}<label><input type="checkbox" name="{}"> {}</label>',
        _("A similar record may already exist:"),
        name_list(similar_record_links(model, {0: candidates})[0]),
        SAVE_ANYWAY,
        _("Save anyway. This is a different record."),
    )


@admin.action(description=gettext_lazy("Compare and merge two records"), permissions=["merge"])
def compare_two(model_admin, request, queryset):
    """Opens the merge page for the two selected records. The function's name is the action name that forms submit."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
    if len(keys) == 2:
        return HttpResponseRedirect(reverse("admin:merge", args=[model_admin.model.collection, *keys]))
    messages.error(request, _("Select exactly two records to compare."))
    return None


PAIRS_PER_PAGE = 25


def pair_or_404(request: HttpRequest, collection: str, one: str, other: str) -> tuple[Record, Record]:
    """Returns the two records with these keys. Raises Http404 unless two different records of this kind exist."""
    model = model_or_404(request, collection)
    keys = [int(key) for key in (one, other) if is_key(key)]
    records = select_related_names(model._base_manager.all()).in_bulk(keys)
    if len(records) < 2:
        raise Http404(
            _("At least one of the two records no longer exists. It may have been merged or deleted.")
        )
    model_admin = admin.site.get_model_admin(model)
    if not all(model_admin.has_change_permission(request, each) for each in records.values()):
        raise PermissionDenied
    return records[keys[0]], records[keys[1]]


@admin_page_view(MERGE_RECORDS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Lists the candidate pairs of a kind, best match first. The default kind is the first kind with pairs."""
    requested = request.GET.get("kind", "")
    if requested:
        model_or_404(request, requested)
    by_model = {model: open_pairs(model) for model in changeable_models(request)}
    selected = next((model for model in by_model if model.collection == requested), None) or next(
        (model for model, pairs in by_model.items() if pairs), None
    )
    page = Paginator(by_model.get(selected, []), PAIRS_PER_PAGE).get_page(request.GET.get("page"))
    return render_admin_page(
        request,
        "admin/curation/duplicates/duplicates.html",
        kinds=[(model, model._meta.verbose_name_plural, len(pairs)) for model, pairs in by_model.items()],
        selected=selected,
        kind_label=selected._meta.verbose_name_plural if selected else "",
        page=page,
        pairs=_pair_rows(selected, page) if selected else [],
        query=urlencode({"kind": selected.collection}) if selected else "",
    )


def changeable_models(request: HttpRequest) -> list[type[Record]]:
    """Returns the kinds of record that have a duplicate check and that the curator may change."""
    return [
        model
        for model in record_models()
        if similarity_config(model) and admin.site.get_model_admin(model).has_change_permission(request)
    ]


def _pair_rows(model: type[Record], page: Page) -> list[tuple[Record, Record, int, list[str]]]:
    """Returns each pair's records (the record to keep first), score and reasons."""
    keys = {key for pair in page for key in (pair.first, pair.second)}
    records = _records(model, keys)
    rows = []
    for pair in page:
        # Pairs are cached, so they may refer to records that have just been deleted.
        both = [records[key] for key in (pair.first, pair.second) if key in records]
        if len(both) == 2:
            # A published record comes first. Otherwise, the older record comes first.
            both.sort(key=lambda each: each.state != PublicationState.PUBLISHED)
            rows.append((*both, pair.match.score, list(pair.match.reasons(model))))
    return rows


def _records(model: type[Record], keys: set[int]) -> dict[int, Record]:
    return model._base_manager.defer("search_text").in_bulk(keys)


def _mark(both: tuple[Record, Record]) -> dict:
    """Returns the column values of the NotDuplicates row for two records."""
    first, second = sorted(each.pk for each in both)
    return {
        "content_type": ContentType.objects.get_for_model(both[0]),
        "first_id": first,
        "second_id": second,
    }


@post_or_redirect("admin:duplicates")
@admin_page_view(MERGE_RECORDS, posts=True)
def mark_not_duplicates(request: HttpRequest, collection: str, one: str, other: str) -> HttpResponse:
    """Marks two records as not duplicates and shows the remaining pairs."""
    both = pair_or_404(request, collection, one, other)
    NotDuplicates.objects.get_or_create(**_mark(both))
    message = _("“%(one)s” and “%(other)s” are marked as not duplicates and will not be suggested again.")
    messages.success(request, message % {"one": both[0], "other": both[1]})
    query = urlencode({"kind": collection, "page": request.POST.get("page", "1")})
    return HttpResponseRedirect(f"{reverse('admin:duplicates')}?{query}")


@admin_page_view(MERGE_RECORDS)
def not_duplicates(request: HttpRequest) -> HttpResponse:
    """Lists the pairs marked as not duplicates, newest first."""
    existing = Q(pk__in=())
    for model, kind in ContentType.objects.get_for_models(*changeable_models(request)).items():
        keys = model._base_manager.order_by().values("pk")
        existing |= Q(content_type=kind, first_id__in=keys, second_id__in=keys)
    pairs = NotDuplicates.objects.filter(existing).order_by("-pk")
    page = Paginator(pairs, PAIRS_PER_PAGE).get_page(request.GET.get("page"))
    return render_admin_page(
        request,
        "admin/curation/duplicates/not_duplicates.html",
        _("Pairs marked as not duplicates"),
        page=page,
        pairs=_marked_rows(page),
        query="",
    )


def _marked_rows(page: Page) -> list[tuple[str, str, Record, Record]]:
    """Returns the collection, kind and both records of each pair. Pairs with a deleted record are omitted."""
    keys = defaultdict(set)
    for pair in page:
        keys[pair.content_type_id] |= {pair.first_id, pair.second_id}
    records = {kind: _records(model_of(kind), kind_keys) for kind, kind_keys in keys.items()}
    pairs = ((records[pair.content_type_id], pair) for pair in page)
    both = [
        (by_key[pair.first_id], by_key[pair.second_id])
        for by_key, pair in pairs
        if {pair.first_id, pair.second_id} <= by_key.keys()
    ]
    return [(first.collection, first._meta.verbose_name, first, second) for first, second in both]


@post_or_redirect("admin:not_duplicates")
@admin_page_view(MERGE_RECORDS, posts=True)
def unmark_not_duplicates(request: HttpRequest, collection: str, one: str, other: str) -> HttpResponse:
    """Removes the mark from two records and shows the remaining marked pairs."""
    both = pair_or_404(request, collection, one, other)
    NotDuplicates.objects.filter(**_mark(both)).delete()
    message = _(
        "“%(one)s” and “%(other)s” are no longer marked as not duplicates. They will be listed "
        "again if they are still similar."
    )
    messages.success(request, message % {"one": both[0], "other": both[1]})
    return HttpResponseRedirect(reverse("admin:not_duplicates"))
