"""The other records that a document of an earlier day names, found by the slugs that they had then."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import FormerSlug, Passage, Report

from .as_of import AsOf
from .models import Action, Revision
from .past_values import keep_related, past_columns, past_documents, past_passages

Slugs = Mapping[type[Record], Collection[str]]
RecordKey = tuple[type[Record], int]


class PastReferences:
    """The records with these slugs at the end of a day, if they were published then.

    A record that is published today has its values of today. Others are as on that day: readers must see nothing that
    has been written since. So are reports, because footnotes quote them. The number of queries depends on the kinds of
    records, not on their number.
    """

    def __init__(self, slugs: Slugs, as_of: AsOf):
        self._as_of = as_of
        self._now: dict[RecordKey, Record] = {}
        self._records: dict[tuple[type[Record], str], Record] = {}
        # The passages of reports that have changed since, by number.
        self._past_passages: dict[int, dict[int, Passage]] = {}
        self._read(slugs)

    def record(self, model: type[Record], slug: str) -> Record | None:
        """The record that had this slug; None if it was not published."""
        return self._records.get((model, slug))

    def passages(self, names: Iterable[str]) -> dict[str, Passage]:
        """The passages of published reports with these names, such as "report-slug#3", as they were."""
        found, unchanged, reports = {}, {}, {}
        for name in names:
            slug, _hash, number = name.rpartition("#")
            if (report := self.record(Report, slug)) is None:
                continue
            if report.pk not in self._past_passages:
                unchanged[report.pk, int(number)], reports[report.pk] = name, report
            elif passage := self._past_passages[report.pk].get(int(number)):
                found[name] = passage
        numbers = {number for _key, number in unchanged}
        stored = Passage.objects.filter(pk_in(reports, "report"), number__in=numbers).order_by()
        for passage in stored if numbers else ():
            if name := unchanged.get((passage.report_id, passage.number)):
                passage.report = reports[passage.report_id]
                found[name] = passage
        for passage in found.values():
            # Whom a passage quotes is said by the records of these people.
            keep_related(passage, "speakers", [])
        return found

    def _read(self, slugs: Slugs) -> None:
        keys: dict[tuple[type[Record], str], int] = {}
        for model, wanted in slugs.items():
            for record in model.objects.for_link().filter(slug__in=wanted).order_by():
                self._now[model, record.pk] = record
                keys[model, record.slug] = record.pk
        missing = {
            model: absent
            for model, wanted in slugs.items()
            if (absent := {slug for slug in wanted if (model, slug) not in keys})
        }
        if missing:
            keys |= self._of_former_slugs(missing)
        earlier = dict(self._earlier_states(keys))
        by_model: dict[type[Record], dict[str, int]] = defaultdict(dict)
        for (model, slug), key in keys.items():
            now = self._now.get((model, key))
            if earlier.get((model, key), now.state if now else "") == PublicationState.PUBLISHED:
                by_model[model][slug] = key
        for model, published in by_model.items():
            self._add(model, published, earlier)

    def _of_former_slugs(self, slugs: Slugs) -> dict[tuple[type[Record], str], int]:
        """The keys of records that have been renamed, merged or deleted since."""
        found = {
            (model, former.slug): former.object_id
            for model, former in _with_slugs(FormerSlug.objects.all(), slugs)
        }
        deleted = Revision.objects.filter(action=Action.DELETED).order_by("pk")
        # A merged record was another one than the record that has its address now.
        found |= {(model, each.slug): each.object_id for model, each in _with_slugs(deleted, slugs)}
        for model in slugs:
            keys = {key for (of, _slug), key in found.items() if of is model}
            for record in model.objects.for_link().filter(pk_in(keys)) if keys else ():
                self._now[model, record.pk] = record
        return found

    def _earlier_states(self, keys: Mapping) -> Iterator[tuple[RecordKey, str]]:
        """The states at the end of the day of the records that have changed since; "" if they did not exist."""
        wanted: dict[int, set[int]] = defaultdict(set)
        models = {}
        for (model, _slug), key in keys.items():
            kind = ContentType.objects.get_for_model(model).pk
            models[kind] = model
            wanted[kind].add(key)
        changed = Q()
        for kind, of_kind in wanted.items():
            changed |= Q(content_type=kind, object_id__in=of_kind)
        if not wanted:
            return
        later = Revision.objects.filter(changed, change_set__made_at__gte=self._as_of.until).order_by("-pk")
        # The oldest comes last.
        for kind, key, state in later.values_list("content_type", "object_id", "state_before"):
            yield (models[kind], key), state

    def _add(self, model: type[Record], published: dict[str, int], earlier: Mapping[RecordKey, str]) -> None:
        past = set()
        for key in published.values():
            now = self._now.get((model, key))
            if now is None or not now.is_published or (model is Report and (model, key) in earlier):
                past.add(key)
        documents = past_documents(model, past, self._as_of, ["passages"] if model is Report else [])
        for slug, key in published.items():
            if key not in past:
                self._records[model, slug] = self._now[model, key]
            elif key in documents:
                record = past_columns(model, key, documents[key])
                self._records[model, slug] = record
                if model is Report:
                    passages = past_passages(record, documents[key])
                    self._past_passages[key] = {passage.number: passage for passage in passages}


def _with_slugs(rows: QuerySet, slugs: Slugs) -> Iterator[tuple[type[Record], FormerSlug | Revision]]:
    """The rows of records of these kinds with one of these slugs."""
    kinds = {ContentType.objects.get_for_model(model).pk: model for model in slugs}
    condition = Q()
    for kind, model in kinds.items():
        condition |= Q(content_type=kind, slug__in=slugs[model])
    return ((kinds[row.content_type_id], row) for row in rows.filter(condition))
