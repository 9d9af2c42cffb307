"""The pages of the desk of duplicates."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sco_cities.curation.admin.pages import admin_page_view, render_admin_page
from sco_cities.curation.admin_pages import DUPLICATES
from sco_cities.history.permissions import MERGE_RECORDS
from sco_cities.sources.base_models import PublicationState, Record

from . import pair_cache
from .candidates import CandidatePair
from .lookups import model_or_404, pair_or_404

PAIRS_ON_A_PAGE = 25


@dataclass(frozen=True)
class PairRow:
    """A pair as the desk shows it; `first` is the one that would stay."""

    first: Record
    second: Record
    score: int
    reasons: list[str]


@require_safe
@admin_page_view(MERGE_RECORDS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs of a kind, best first; of the first kind that has any, unless one is asked for."""
    asked = request.GET.get("kind", "")
    if asked:
        model_or_404(request, asked)
    found = {model: pair_cache.open_pairs(model) for model in _kinds(request)}
    chosen = next((model for model in found if model.collection == asked), None) or next(
        (model for model, pairs in found.items() if pairs), None
    )
    page = Paginator(found.get(chosen, []), PAIRS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render_admin_page(
        request,
        "admin/curation/duplicates/duplicates.html",
        DUPLICATES.title,
        kinds=[(model, model._meta.verbose_name_plural, len(pairs)) for model, pairs in found.items()],
        chosen=chosen,
        kinds_called=chosen._meta.verbose_name_plural if chosen else "",
        page=page,
        pairs=_shown(chosen, page) if chosen else [],
        query=urlencode({"kind": chosen.collection}) if chosen else "",
    )


def _kinds(request: HttpRequest) -> list[type[Record]]:
    """The kinds that are compared and that the curator may change."""
    kinds = pair_cache.compared_models()
    return [model for model in kinds if admin.site.get_model_admin(model).has_change_permission(request)]


def _shown(model: type[Record], page: Page) -> list[PairRow]:
    keys = {key for pair in page for key in (pair.first, pair.second)}
    records = _records(model, keys)
    # A pair is remembered a moment longer than its records may be there.
    return [_in_order(pair, records) for pair in page if {pair.first, pair.second} <= records.keys()]


def _records(model: type[Record], keys: set[int]) -> dict[int, Record]:
    return model._base_manager.defer("search_text").in_bulk(keys)


def _in_order(pair: CandidatePair, records: dict[int, Record]) -> PairRow:
    """The pair, first the one that would stay: what readers see before what they do not, and the older one."""
    both = sorted(
        (records[pair.first], records[pair.second]), key=lambda each: each.state != PublicationState.PUBLISHED
    )
    return PairRow(*both, pair.match.score, pair.match.reasons(type(both[0])))


@require_POST
@admin_page_view(MERGE_RECORDS)
def mark_not_duplicates(request: HttpRequest, collection: str, one: str, other: str) -> HttpResponse:
    """Keeps that two records are two, and shows the next pairs."""
    model = model_or_404(request, collection)
    both = pair_or_404(request, model, one, other)
    pair_cache.mark_not_duplicates(model, both[0].pk, both[1].pk)
    said = _("“%(one)s” and “%(other)s” are marked as not duplicates and will not be suggested again.")
    messages.success(request, said % {"one": both[0], "other": both[1]})
    query = urlencode({"kind": collection, "page": request.POST.get("page", "1")})
    return HttpResponseRedirect(f"{reverse('admin:duplicates')}?{query}")


@require_safe
@admin_page_view(MERGE_RECORDS)
def not_duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs that somebody found to be two, those found last first."""
    page = Paginator(pair_cache.not_duplicates(_kinds(request)), PAIRS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render_admin_page(
        request,
        "admin/curation/duplicates/not_duplicates.html",
        _("Pairs marked as not duplicates"),
        page=page,
        pairs=_not_duplicates(page),
        query="",
    )


def _not_duplicates(page: Page) -> list[tuple[str, str, Record, Record]]:
    """What the kind is called in addresses and by people, and both records; but of no pair that is not there."""
    keys = defaultdict(set)
    for pair in page:
        keys[pair.content_type_id] |= {pair.first_id, pair.second_id}
    records = {
        kind: _records(ContentType.objects.get_for_id(kind).model_class(), some)
        for kind, some in keys.items()
    }
    found = ((records[pair.content_type_id], pair) for pair in page)
    both = [
        (some[pair.first_id], some[pair.second_id])
        for some, pair in found
        if {pair.first_id, pair.second_id} <= some.keys()
    ]
    return [(first.collection, first._meta.verbose_name, first, second) for first, second in both]


@require_POST
@admin_page_view(MERGE_RECORDS)
def unmark_not_duplicates(request: HttpRequest, collection: str, one: str, other: str) -> HttpResponse:
    """Takes back that two records are two, and shows the other pairs of which that is known."""
    model = model_or_404(request, collection)
    both = pair_or_404(request, model, one, other)
    pair_cache.unmark_not_duplicates(model, both[0].pk, both[1].pk)
    said = _(
        "“%(one)s” and “%(other)s” are no longer marked as not duplicates. They will be listed "
        "again if they are still similar."
    )
    messages.success(request, said % {"one": both[0], "other": both[1]})
    return HttpResponseRedirect(reverse("admin:told_apart"))
