"""The options of filters, and records as options."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model
from django.utils.translation import get_language

from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language

# A prefix that excludes a value. "status=-completed" keeps records that are not completed.
NOT = "-"
# Maximum number of options shown in full. Longer lists of options scroll and have a search field.
MAX_UNSCROLLED = 10


# The class is not frozen, because creating 200 frozen instances took half a millisecond per page.
@dataclass(slots=True)
class FilterOption:
    """An option of a filter. `count` is the number of records that match the option and all other filters, or None."""

    value: str
    label: str
    count: int | None = None
    is_selected: bool = False
    is_excluded: bool = False

    @classmethod
    def of(cls, value: str, label: str, count: int | None, values: Collection[str]) -> "FilterOption":
        """Returns the option for a value. In `values`, excluded values have a leading "-"."""
        return cls(value, label, count, value in values, NOT + value in values)


@dataclass(frozen=True)
class FilterOptions:
    """The visible options of a filter, and the number of hidden options."""

    visible: list[FilterOption]
    hidden_count: int


@dataclass(frozen=True)
class FilterPanel:
    """A filter as shown on the page.

    `unknown_values` are values in the query string that are not options. Unknown values remain until the reader removes
    them. A deferred panel has no visible options. The browser requests the options when the reader opens the panel. If
    `match_parameter` is set, the reader can require any or all of the ticked options.
    """

    name: str
    label: str
    values: list[str]
    unknown_values: list[str]
    errors: list[str]
    visible_options: list[FilterOption]
    hidden_count: int
    is_deferred: bool = False
    match_parameter: str = ""
    requires_all: bool = False

    @property
    def is_active(self) -> bool:
        return bool(self.values)

    @property
    def is_long(self) -> bool:
        return bool(self.hidden_count) or len(self.visible_options) > MAX_UNSCROLLED

    @property
    def options(self) -> list[FilterOption]:
        """The visible options. In a scrolling list, selected and excluded options are first."""
        if not self.is_long:
            return self.visible_options
        return sorted(self.visible_options, key=lambda option: not (option.is_selected or option.is_excluded))


def labels(state: IndexState, of: str) -> dict[int, str]:
    """Maps the keys of all records in the collection `of` to their names in the active language."""
    records = state.index(of).records
    return state.memoize(
        ("labels", of, get_language()),
        (records,),
        lambda: {key: str(record) for key, record in records.items()},
    )


def label_sort_keys(state: IndexState, of: str) -> dict[int, str]:
    """Maps the keys of all records in the collection `of` to name sort keys."""
    language = active_language()
    return state.memoize(
        ("label sort keys", of, get_language()),
        (state.index(of).records,),
        lambda: {key: collation_key(name, language) for key, name in labels(state, of).items()},
    )


class RecordChoices:
    """The published records of the collection `of`, as options."""

    def __init__(self, of: str, state: IndexState):
        self.of = of
        self.state = state

    @cached_property
    def by_slug(self) -> dict[str, Model]:
        records, published = self.state.index(self.of).records, self.state.published(self.of)
        return self.state.memoize(
            ("by slug", self.of),
            (records, published),
            lambda: {records[key].slug: records[key] for key in published},
        )

    def with_slugs(self, slugs: Iterable[str]) -> dict[str, Model]:
        """Maps existing slugs in `slugs` to records."""
        return {slug: self.by_slug[slug] for slug in slugs if slug in self.by_slug}

    @property
    def by_key(self) -> Mapping[int, Model]:
        """Maps keys to records, including drafts."""
        return self.state.index(self.of).records

    @cached_property
    def labels(self) -> dict[int, str]:
        """Maps keys to names in the active language."""
        return labels(self.state, self.of)

    @cached_property
    def label_sort_keys(self) -> dict[int, str]:
        """Maps keys to the sort keys of the names."""
        return label_sort_keys(self.state, self.of)
