"""Filters by records that the facet index does not keep in memory."""

from collections.abc import Iterable
from functools import cached_property

from django.core.validators import slug_re
from django.db.models import Model

from . import search_backend
from .fields import NOT
from .filter_options import FilterOption, FilterOptions
from .filters import RelatedRecordsFilter
from .query_errors import MAX_NEAR


class StoredRecordsFilter(RelatedRecordsFilter):
    """Keeps records that are related to any of the given records of the collection `of`, such as initiatives.

    There may be a million such records, so they are read from the database. They are not listed as options. Only
    links from other pages set the filter.
    """

    def __init__(self, **kwargs):
        super().__init__(is_selectable=False, **kwargs)

    @cached_property
    def _records(self) -> dict[str, Model | None]:
        """A cache of records by slug. Each copy of the filter has its own cache."""
        return {}

    def _known_slugs(self, slugs: list[str] | None = None) -> Iterable[str]:
        return self._with_slugs(slugs or ())

    def _named_slugs(self, text: str) -> list[str]:
        state = self.parent.state
        keys = search_backend.named(self.of, text, state)[:MAX_NEAR]
        slugs = dict(
            state.index(self.of).indexed_model.model.objects.filter(pk__in=keys).values_list("pk", "slug")
        )
        return [slugs[key] for key in keys]

    def _with_slugs(self, slugs: Iterable[str]) -> dict[str, Model]:
        """Maps the existing slugs in `slugs` to published records."""
        state, records = self.parent.state, self._records
        if missing := [slug for slug in slugs if slug not in records]:
            model = state.index(self.of).indexed_model.model
            # Invalid slugs are left out, because PostgreSQL rejects NUL characters in queries.
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
            options.append(
                FilterOption(slug, str(record), count, slug in normalized, NOT + slug in normalized)
            )
        return FilterOptions(options, 0)
