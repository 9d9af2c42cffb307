"""Responds to requests for a record as of a date. The response is the record, a redirect or an error.

The record is built in memory as it was published at the end of the day. Pages and files show it like a stored record.
Its relations are prefetched, so `record.themes.all()` returns the themes as of that date. A query that filters a
relation would return the current rows (see `own_rows`).
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.publication_state import VISIBLE, PublicationState
from sco_cities.core.responses import LINK_FORMAT, add_links
from sco_cities.i18n.punctuation import join_sentences
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.site.error_pages import ErrorPage, error_page, words_of_path
from sco_cities.site.machine_paths import has_json_errors, invalid_parameters
from sco_cities.sources.base_models import Record
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.models import Evidence, Figure, Passage, Report
from sco_cities.sources.views import GONE, former_slug

from .delta import diff
from .diff_display import referenced_keys
from .models import Action, Revision
from .past_references import (
    PastReferences,
    keep_related,
    merged_records,
    past_columns,
    past_passages,
    set_columns,
)
from .record_history import public_history
from .serialization import Document, RowSchema, document_schema, item_key, read_documents
from .shown_record import UNRECORDED_HEADER, UNRECORDED_SENTENCE, AsOf, InvalidDay, ShownRecord, shown_now
from .versions import documents_before, has_unrecorded_changes

NOT_YET = "not-yet"
NOT_PUBLISHED_TITLE = gettext_lazy("The record was not published on this date")
Respond = Callable[[ShownRecord], HttpResponse]


def respond_as_of(
    request: HttpRequest, model: type[Record], slug: str, as_of: AsOf, respond: Respond
) -> HttpResponse:
    """Calls `respond` with the record that has this current or former slug, as of the date.

    Returns 404 with the reason if the record was not published on that date, or 301 if its URL has changed.
    """
    records = model.objects.for_record_page() if as_of.is_today else model.objects.for_link()
    record = records.filter(slug=slug.lower()).first()
    if record is None:
        former = former_slug(model, slug.lower())
        record = former.record if former else None
        # Records that had this slug and were merged into `record`.
        merged = merged_records(model, {former.slug: record.pk})[former.slug] if record else ()
        if merged and (shown := record_as_of(model, merged[-1], as_of, record)):
            return _memento(request, shown, respond(shown))
    if record is None or not (record.is_published or Revision.objects.of(record).seen_by_readers().exists()):
        raise Http404
    # The new URL of an unpublished record is not revealed.
    current = record.slug if record.is_published else slug.lower()
    if current != slug:
        match = request.resolver_match
        path = reverse(match.view_name, kwargs=match.kwargs | {"slug": current})
        return HttpResponsePermanentRedirect(f"{path}{as_of.query}")
    if as_of.is_today:
        shown = shown_now(record, as_of) if record.is_published else None
    else:
        shown = record_as_of(model, record.pk, as_of, record)
    if shown is None:
        return _not_published(request, record, as_of)
    return _memento(request, shown, respond(shown))


def invalid_day(request: HttpRequest, error: InvalidDay) -> HttpResponse:
    """Returns status 400 with the reason, as JSON for views with JSON errors, otherwise as HTML."""
    if has_json_errors(request):
        return invalid_parameters(request, {AS_OF: [error.error]})
    title, links = _("This date cannot be shown"), [today_link(request.path)]
    advice = _("Correct the date in the URL, or start from one of these pages:")
    page = ErrorPage(400, title, str(error), advice, suggestions=links, has_day=True)
    return error_page(request, page, words=words_of_path(request.path_info))


def _not_published(request: HttpRequest, record: Record, as_of: AsOf) -> HttpResponse:
    published_at = public_history(record).published_at
    if as_of.is_today and record.state == PublicationState.WITHDRAWN:
        return error_page(request, GONE)
    day = date_format(as_of.day, "DATE_FORMAT")
    if published_at and published_at >= as_of.until:
        first = date_format(published_at, "DATE_FORMAT")
        words = _("It had not been published by the end of %(date)s. It was first published on %(first)s.")
        happened = words % {"date": day, "first": first}
    else:
        happened = _("At the end of %(date)s it was not published.") % {"date": day}
    advice = _("Choose another date in the URL, or start from one of these pages:")
    is_incomplete = has_unrecorded_changes(record)
    if is_incomplete:
        happened = join_sentences(f"{happened} {UNRECORDED_SENTENCE}")
    links = list(_published_days(request, record, published_at))
    page = ErrorPage(404, NOT_PUBLISHED_TITLE, happened, advice, code=NOT_YET, suggestions=links)
    return _with_header(error_page(request, page, words=words_of_path(request.path_info)), is_incomplete)


def _published_days(
    request: HttpRequest, record: Record, published_at: datetime.datetime | None
) -> Iterator[tuple[str, str]]:
    """Yields labels and URLs for the first publication date and for today, if the record can be shown."""
    if published_at:
        first = AsOf(published_at.astimezone(datetime.UTC).date())
        if not first.is_today and record_as_of(type(record), record.pk, first, record):
            label = _("The record at the end of %(date)s") % {"date": date_format(first.day, "DATE_FORMAT")}
            yield label, f"{request.path}{first.query}"
    if record.is_published:
        yield today_link(request.path)


def today_link(path: str) -> tuple[str, str]:
    """Returns the label and URL of a link to the page for today."""
    return _("As it is today"), path


def _memento(request: HttpRequest, shown: ShownRecord, response: HttpResponse) -> HttpResponse:
    """Adds the headers of RFC 7089 to the response. Today has no memento, because the day has not ended."""
    if shown.is_past:
        response["Memento-Datetime"] = shown.as_of.memento_datetime
    days = reverse("timemap", args=[shown.record.collection, shown.slug])
    links = [(request.path, "original", ""), (days, "timemap", LINK_FORMAT)]
    add_links(response, ((request.build_absolute_uri(path), *link) for path, *link in links))
    response["X-Robots-Tag"] = "noindex"
    return _with_header(response, shown.has_unrecorded_changes)


def _with_header(response: HttpResponse, has_unrecorded_changes: bool) -> HttpResponse:
    if has_unrecorded_changes:
        response[UNRECORDED_HEADER] = "true"
    return response


def record_as_of(model: type[Record], key: int, as_of: AsOf, now: Record) -> ShownRecord | None:
    """Returns the record with this key as of the date, or None if it was not published. `now` is the current record."""
    documents = read_documents(model, [key])
    revisions = Revision.objects.of_model(model, [key]).order_by("-pk")
    later = list(revisions.filter(change_set__made_at__gte=as_of.until))
    document = documents_before(model, documents, later).get(key)
    if document is None or document["state"] != VISIBLE:
        return None
    is_stored = now.pk == key
    if is_stored and now.created_at >= as_of.until and all(each.action == Action.CHANGED for each in later):
        # The record was created after the date, but its creation has no revision.
        return None
    record = past_columns(model, key, document)
    record.created_at = now.created_at if is_stored else None
    if is_stored and not later:
        record.updated_at = now.updated_at
    else:
        before = Revision.objects.of(record).filter(change_set__made_at__lt=as_of.until)
        newest = before.values_list("change_set__made_at", flat=True).first()
        record.updated_at = newest or record.created_at
    footnotes = _Relations(record, document, as_of).add()
    stored = documents.get(key)
    is_incomplete = stored is not None and has_unrecorded_changes(record, stored)
    return ShownRecord(record, footnotes, public_history(record, as_of.until), as_of, now, is_incomplete)


class _Relations:
    """Adds related records, own rows and footnotes to a record."""

    def __init__(self, record: Record, document: Document, as_of: AsOf):
        self.record, self.document = record, document
        self.schema = document_schema(type(record))
        # Passages that quote a delegate are not shown.
        relations = self.schema.many_to_many.items()
        hidden = {name for name, relation in relations if relation.related_model is Passage}
        shown = {name: value for name, value in document.items() if name not in hidden}
        slugs: dict[type[Record], set[str]] = defaultdict(set)
        for model, text in referenced_keys(type(record), diff(None, shown)):
            slugs[Report if model is Passage else model].add(text.partition("#")[0])
        self.references = PastReferences(slugs, as_of)

    def add(self) -> Footnotes:
        for name, column in self.schema.columns.items():
            if column.field.is_relation:
                model = column.field.related_model
                other = self._find(model, self.document.get(name))
                # In a required column, a placeholder replaces a record that was not published.
                hidden = None if column.field.null else model(state=PublicationState.DRAFT)
                setattr(self.record, name, other or hidden)
        for name, relation in self.schema.many_to_many.items():
            found = (self._find(relation.related_model, slug) for slug in self.document.get(name) or ())
            keep_related(self.record, name, [each for each in found if each])
        for name in type(self.record).own_rows:
            keep_related(self.record, name, list(self._rows(self.schema.rows[name])))
        self._keep_through_own_rows()
        figures = self._figures()
        keep_related(self.record, "figures", list(figures.values()))
        evidence = self._evidence(figures)
        keep_related(self.record, "evidence", evidence)
        footnotes = Footnotes(self.record, evidence)
        footnotes.rulings = {row["field"]: row["reason"] for row in self.document.get("rulings") or ()}
        return footnotes

    def _find(self, model: type[Record], slug: str | None) -> Record | None:
        return self.references.record(model, slug) if slug else None

    def _rows(self, rows: RowSchema) -> Iterator[models.Model]:
        """Yields own rows in document order, except rows that refer to unpublished records."""
        if rows.model is Passage:
            yield from past_passages(self.record, self.document)
            return
        for row in self.document.get(rows.name) or ():
            instance = rows.model(**{rows.owner.name: self.record})
            set_columns(instance, rows.columns, row)
            for column in rows.columns:
                if column.field.is_relation:
                    other = self._find(column.field.related_model, row[column.name])
                    if other is None:
                        break
                    setattr(instance, column.name, other)
            else:
                yield instance

    def _keep_through_own_rows(self) -> None:
        """Sets the many-to-many relations that own rows define, such as an initiative's cities."""
        by_model = {self.schema.rows[name].model: name for name in type(self.record).own_rows}
        for field in type(self.record)._meta.many_to_many:
            if name := by_model.get(field.remote_field.through):
                rows = getattr(self.record, name).all()
                related = [getattr(row, field.m2m_reverse_field_name()) for row in rows]
                keep_related(self.record, field.name, related)

    def _figures(self) -> dict[str, Figure]:
        """Returns the figures by label, in the order of entry. Deleted figures come last."""
        rows = self.schema.rows["figures"]
        figures = {}
        for place, (key, row) in enumerate(self._in_order(rows)):
            figure = Figure(pk=key or -1 - place)
            set_columns(figure, rows.columns, row)
            figures[figure.label] = figure
        return figures

    def _evidence(self, figures: dict[str, Figure]) -> list[Evidence]:
        """Returns the evidence from published reports, in footnote order."""
        rows = self.schema.rows["evidence"]
        in_order = self._in_order(rows)
        passages = self.references.passages({row["passage"] for _key, row in in_order})
        content_type = ContentType.objects.get_for_model(self.record)
        evidence = []
        for place, (key, row) in enumerate(in_order):
            if passage := passages.get(row["passage"]):
                item = Evidence(
                    pk=key or -1 - place, content_type=content_type, object_id=self.record.pk, passage=passage
                )
                set_columns(item, rows.columns, row)
                item.figure = figures.get(row.get("figure"))
                evidence.append(item)
        return sorted(evidence, key=_footnote_order)

    def _in_order(self, rows: RowSchema) -> list[tuple[int | None, dict]]:
        """Returns rows with their primary keys, in key order. Deleted rows come last and have no key."""
        items = self.document.get(rows.name) or []
        if not items:
            return []
        stored = {item_key(row): key for _owner, key, row in rows.read(type(self.record), [self.record.pk])}
        keyed = [(stored.get(item_key(row)), row) for row in items]
        return sorted(keyed, key=lambda pair: (pair[0] is None, pair[0] or 0))


def _footnote_order(item: Evidence) -> tuple:
    report = item.passage.report
    first = report.published_first
    # Sorting is stable, so evidence from the same passage keeps the order of entry.
    return first is None, first and first.toordinal(), report.slug, item.passage.number
