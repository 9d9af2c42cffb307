"""What readers choose from in a filter: options, and the records that these stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model, QuerySet
from django.utils.translation import get_language

from sco_cities.facet_index import registry
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language

# A list of options up to this length shows all of them; a longer one scrolls and can be searched.
SHORT = 10


# Not frozen: to make two hundred of those took half a millisecond of a page.
@dataclass(slots=True)
class FilterOption:
    """A value that a filter offers, and how many records have it under all other filters; None: not counted."""

    value: str
    label: str
    count: int | None = None
    is_wanted: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True)
class FilterOptions:
    """The options of a filter that are shown, and how many others there are."""

    shown: list[FilterOption]
    more: int


@dataclass(frozen=True)
class FilterPanel:
    """A filter as the page shows it.

    `unknown` are values that were asked for and are not on offer: they stay until the reader takes them off. `more`
    options are not shown. One that `waits` shows none of them until it is opened.
    """

    name: str
    label: str
    values: list[str]
    unknown: list[str]
    errors: list[str]
    offered: list[FilterOption]
    more: int
    waits: bool = False

    @property
    def is_active(self) -> bool:
        return bool(self.values)

    @property
    def is_long(self) -> bool:
        return bool(self.more) or len(self.offered) > SHORT

    @property
    def options(self) -> list[FilterOption]:
        """What readers can choose from: in a list that scrolls the chosen ones come first."""
        if not self.is_long:
            return self.offered
        return sorted(self.offered, key=lambda option: not (option.is_wanted or option.is_unwanted))


def labels(state: IndexState, of: str) -> dict[int, str]:
    """The names of all records of a kind in the reader's language, by key."""
    records = state.index(of).records
    return state.remember(
        ("labels", of, get_language()),
        (records,),
        lambda: {key: str(record) for key, record in records.items()},
    )


def alphabet(state: IndexState, of: str) -> dict[int, str]:
    """What these names are sorted by."""
    language = active_language()
    return state.remember(
        ("alphabet", of, get_language()),
        (state.index(of).records,),
        lambda: {key: collation_key(name, language) for key, name in labels(state, of).items()},
    )


class RecordChoices:
    """The published records of the kind `of`: by the facet index in `state` or, without it, from the database."""

    def __init__(self, of: str, state: IndexState | None):
        self.of = of
        self.state = state

    @cached_property
    def by_slug(self) -> dict[str, Model]:
        if self.state is None:
            return {record.slug: record for record in self._stored()}
        records, published = self.state.index(self.of).records, self.state.published(self.of)
        return self.state.remember(
            ("by slug", self.of),
            (records, published),
            lambda: {records[key].slug: records[key] for key in published},
        )

    def named(self, slugs: Iterable[str]) -> dict[str, Model]:
        """Those of these slugs."""
        if self.state is None and "by_slug" not in self.__dict__:
            return {record.slug: record for record in self._stored().filter(slug__in=slugs)}
        return {slug: self.by_slug[slug] for slug in slugs if slug in self.by_slug}

    @cached_property
    def by_key(self) -> Mapping[int, Model]:
        """The same by key; the index has drafts too."""
        if self.state is None:
            return {record.pk: record for record in self.by_slug.values()}
        return self.state.index(self.of).records

    @cached_property
    def labels(self) -> dict[int, str]:
        """Their names in the reader's language, by key."""
        if self.state is None:
            return {key: str(record) for key, record in self.by_key.items()}
        return labels(self.state, self.of)

    @cached_property
    def alphabet(self) -> dict[int, str]:
        """What these are sorted by, by key."""
        if self.state is None:
            return {key: collation_key(name, active_language()) for key, name in self.labels.items()}
        return alphabet(self.state, self.of)

    def _stored(self) -> QuerySet:
        return registry.indexed_model(self.of).model.objects.published()
