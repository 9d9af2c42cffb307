"""Filters by related records. A filter may require any or all of several values, as in "with_city=almaty,osh"."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from django.core.validators import slug_re
from django.db.models import Model
from django.http import QueryDict
from pyroaring import BitMap

from sco_cities.facet_index.facet_counts import values_by_size
from sco_cities.i18n.punctuation import and_list

from . import fields, querystring, registered_functions
from .fields import NOT, divide
from .filter_options import FilterOption, FilterOptions, RecordChoices
from .filters import FacetFilter
from .querystring import MAX_NEAR

_NO_KEYS = BitMap()


class RelatedRecordsFilter(FacetFilter):
    """Keeps records that are related to at least one given record of the collection `of`."""

    field_class = fields.RecordsField

    def __init__(self, *, of: str, is_selectable: bool = True, **kwargs):
        self.of = of
        self.is_selectable = is_selectable
        super().__init__(records=self, **kwargs)

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        # The field must use the copied filter, because each copy looks up records in its own filter set.
        copied.extra = self.extra | {"records": copied}
        return copied

    def known_slugs(self, slugs: list[str] | None = None) -> Iterable[str]:
        """Returns the existing slugs in `slugs`, or all selectable slugs if the argument is omitted."""
        raise NotImplementedError

    def named_slugs(self, text: str) -> list[str]:
        """Returns the slugs of records whose name matches a text."""
        raise NotImplementedError

    def normalize(self, value):
        return value.lower()


class RecordsFilter(RelatedRecordsFilter):
    """A filter by records that the facet index keeps in memory.

    If `is_selectable` is set, the page lists the records as options. Otherwise, only links from other pages set the
    filter.
    """

    def option_count(self, state):
        return len(state.published(self.of)) if self.is_selectable else 0

    @cached_property
    def choices(self) -> RecordChoices:
        """The records that can be selected."""
        return RecordChoices(self.of, self.parent.state)

    def known_slugs(self, slugs=None):
        return self.choices.by_slug if slugs is None else self.choices.with_slugs(slugs)

    def named_slugs(self, text):
        keys = registered_functions.named(self.of, text, self.parent.state)
        return [self.choices.by_key[key].slug for key in keys[:MAX_NEAR]]

    def facet_key(self, state, value):
        return self.choices.by_slug[value].pk

    def label_of(self, value):
        slug = self.normalize(value)
        record = self.choices.with_slugs([slug]).get(slug)
        return str(record) if record else value

    def options_among(self, state, others, values, limit=None):
        if not values and not self.is_selectable:
            return FilterOptions([], 0)
        normalized = set(map(self.normalize, values))
        records = self.choices.with_slugs([value.removeprefix(NOT) for value in normalized])
        active = {record.pk for record in records.values()}
        counts, total = self._counts(state, others, active, limit)
        records, labels, sort_keys = self.choices.by_key, self.choices.labels, self.choices.label_sort_keys
        ranked = sorted(counts, key=lambda key: (-(counts[key] or 0), sort_keys[key]))
        if limit is not None:
            # Active options are always visible.
            ranked[limit:] = [key for key in ranked[limit:] if key in active]
        options = [FilterOption.of(records[key].slug, labels[key], counts[key], normalized) for key in ranked]
        return FilterOptions(options, total - len(options))

    def _counts(self, state, others, active, limit) -> tuple[dict[int, int | None], int]:
        """Returns counts for the `limit` most frequent records and the active records, and the number of options."""
        if others is None or not self.is_selectable:
            keys = [record.pk for record in self.choices.by_slug.values()] if self.is_selectable else active
            return dict.fromkeys(keys), len(keys)
        bitmaps, published = state.facet(self.collection, self.field_name), state.published(self.of)
        by_size = values_by_size(state, self.collection, self.field_name, self.of)

        def count() -> dict[int, int]:
            return by_size.most_frequent(self._counter(others, by_size), limit)

        uncounted = active if limit is not None else published
        counts = dict.fromkeys(uncounted, 0) | self._cached_counts(state, others, by_size, count, limit)
        for key in active:
            counts[key] = counts[key] or self._counter(others, by_size).count(bitmaps.get(key, _NO_KEYS))
        return counts, len(published)


# Separates slugs in a value. A record must match every slug.
AND = ","
# The value of the form field that requires records to match all ticked options.
ANY, ALL = MATCH_CHOICES = ("any", "all")


def split(value: str) -> list[str]:
    """Splits a value into slugs."""
    return list(dict.fromkeys(slug for part in value.lower().split(AND) if (slug := part.strip())))


def joined(values: Iterable[str]) -> list[str]:
    """Joins all included values into one value, such as "almaty,osh". Excluded values stay separate."""
    included, excluded = divide(values)
    slugs = dict.fromkeys(slug for value in included for slug in split(value) or [value])
    return [*([AND.join(slugs)] if slugs else []), *excluded]


def with_joined_values(params: QueryDict, choices: Iterable[tuple[str, str]]) -> QueryDict:
    """Converts form parameters to link parameters, as in "city=almaty,osh" for "city=almaty&city=osh&city_match=all".

    `choices` pairs each filter's name with the parameter of its form field. If there are fewer than two values, the
    parameter is kept, because the reader may add values.
    """
    params = params.copy()
    for name, parameter in choices:
        match, values = params.get(parameter), querystring.values(params, name)
        if match == ALL and len(divide(values)[0]) > 1:
            params.setlist(name, joined(values))
            del params[parameter]
        elif match in ("", ANY):
            del params[parameter]
    return params


class AllOfField(fields.RecordsField):
    """Accepts slugs, and lists of slugs joined by commas. A record must match all slugs of a list.

    A leading "-" excludes a value.
    """

    def name_of(self, value):
        slugs = split(value.removeprefix(NOT))
        for slug in slugs or [value]:
            if slug.startswith(NOT):
                raise self._not_found_error(slug, slug)
            super().name_of(slug)
        return AND.join(slugs)


class AllOfFilter(RecordsFilter):
    """Keeps records that are related to every record in at least one value.

    If the filter is selectable, the reader chooses between any and all of the ticked options.
    """

    field_class = AllOfField

    @property
    def match_parameter(self):
        return f"{self.field_name}_match" if self.is_selectable else ""

    def requires_all(self, values):
        included, _excluded = divide(values)
        return (len(included) == 1 and len(split(included[0])) > 1) or (
            self.parent.data.get(self.match_parameter) == ALL
        )

    def option_values(self, values):
        if not self.is_selectable or not self.requires_all(values):
            return values
        included, excluded = divide(values)
        return [*(slug for value in included for slug in split(value) or [value]), *excluded]

    def keys_with_any(self, state, values: Iterable[str]) -> BitMap:
        return BitMap.union(BitMap(), *(self._keys_with_all(state, split(value)) for value in values))

    def _keys_with_all(self, state, slugs: Sequence[str]) -> BitMap:
        bitmaps = state.facet(self.collection, self.field_name)
        return BitMap.intersection(*(bitmaps.get(self.facet_key(state, slug), BitMap()) for slug in slugs))

    def label_of(self, value):
        return and_list(map(super().label_of, split(value) or [value]))

    def options_among(self, state, others, values, limit=None):
        if not self.is_selectable:
            return FilterOptions(self._joined_options(values), 0)
        separate = self.option_values(values)
        if others is not None and self.requires_all(values):
            # An option's count is the number of records that match all ticked options and this option.
            included, _excluded = divide(map(self.normalize, separate))
            known = self.choices.with_slugs(included)
            others = others & self._keys_with_all(state, list(known)) if known else others
        options = super().options_among(state, others, separate, limit)
        several = [value for value in separate if len(split(value.removeprefix(NOT))) > 1]
        return FilterOptions([*self._joined_options(several), *options.visible], options.hidden_count)

    def _joined_options(self, values: Iterable[str]) -> list[FilterOption]:
        normalized = [value.lower() for value in values]
        slugs = {slug for value in normalized for slug in split(value.removeprefix(NOT))}
        known = self.choices.with_slugs(slugs)
        return [
            FilterOption.of(value, self.label_of(value), None, normalized)
            for value in dict.fromkeys(value.removeprefix(NOT) for value in normalized)
            if all(slug in known for slug in split(value))
        ]


class StoredRecordsFilter(RelatedRecordsFilter):
    """Keeps records that are related to at least one given record of the collection `of`, such as an initiative.

    The given records are read from the database, because the collection can contain a million records. The page does
    not list these records as options. Only links from other pages set the filter.
    """

    def __init__(self, **kwargs):
        super().__init__(is_selectable=False, **kwargs)

    @cached_property
    def _records(self) -> dict[str, Model | None]:
        """A cache of records by slug. Each copy of the filter has its own cache."""
        return {}

    def known_slugs(self, slugs=None):
        return self._with_slugs(slugs or ())

    def named_slugs(self, text):
        state = self.parent.state
        keys = registered_functions.named(self.of, text, state)[:MAX_NEAR]
        slugs = dict(
            state.index(self.of).indexed_model.model.objects.filter(pk__in=keys).values_list("pk", "slug")
        )
        return [slugs[key] for key in keys]

    def _with_slugs(self, slugs: Iterable[str]) -> dict[str, Model]:
        """Maps existing slugs in `slugs` to published records."""
        state, records = self.parent.state, self._records
        if missing := [slug for slug in slugs if slug not in records]:
            model = state.index(self.of).indexed_model.model
            # Omits invalid slugs, because PostgreSQL rejects NUL characters in queries.
            possible = [slug for slug in missing if slug_re.match(slug)]
            found = {
                record.slug: record
                for record in model.objects.using(state.using).published().filter(slug__in=possible)
            }
            records |= dict.fromkeys(missing) | found
        return {slug: records[slug] for slug in slugs if records[slug] is not None}

    def facet_key(self, state, value):
        return self._with_slugs([value])[value].pk

    def label_of(self, value):
        slug = self.normalize(value)
        return str(self._with_slugs([slug]).get(slug, value))

    def options_among(self, state, others, values, limit=None):
        normalized = list(dict.fromkeys(map(self.normalize, values)))
        bitmaps, options = state.facet(self.collection, self.field_name), []
        for slug, record in self._with_slugs({value.removeprefix(NOT): None for value in normalized}).items():
            count = None if others is None else len(bitmaps.get(record.pk) & others)
            options.append(FilterOption.of(slug, str(record), count, normalized))
        return FilterOptions(options, 0)
