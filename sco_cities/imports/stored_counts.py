"""Numbers that the site computes for records of any state, read as the current transaction sees them.

The facet index counts for readers: published records, outside of transactions.
"""

from collections import Counter

from django.db.models import Count, QuerySet
from pyroaring import BitMap

from sco_cities.core.publication_state import PublicationState
from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.facets import (
    AttributeFacet,
    CountFacet,
    Facet,
    UnionFacet,
    ValueCountFacet,
    ValueFacet,
)
from sco_cities.facet_index.registry import IndexedModel
from sco_cities.sources.facets import DISPUTED, EvidenceDimension


def stored_counts(collection: str, facet: str, keys: list[int], using: str) -> dict[int, int]:
    """By key, the number in a facet that counts related published records; records without any are left out."""
    match registry.indexed_model(collection).facets[facet]:
        case CountFacet(related_collection, name):
            related = registry.indexed_model(related_collection)
            links = related.facets[name]
            if isinstance(links, UnionFacet):
                parts = [_links(related, part, keys, using) for part in links.facets]
                # A record related in two ways counts once.
                pairs = [rows.values_list(to_record, counted) for rows, to_record, counted in parts]
                return dict(Counter(record for record, _counted in pairs[0].union(*pairs[1:])))
            rows, to_record, counted = _links(related, links, keys, using)
        case ValueCountFacet(links):
            dimension = registry.indexed_model(collection).dimension(links.dimension)
            *_first, counted = dimension.value_fields
            to_record = dimension.key
            rows = _published(dimension, links, counted, to_record, keys, using)
    return dict(rows.values_list(to_record).annotate(Count(counted, distinct=True)))


def _links(related: IndexedModel, links: Facet, keys: list[int], using: str) -> tuple[QuerySet, str, str]:
    """The rows that link the published records of `related` to the records with these keys, and the fields of both.

    With an attribute of records in between, such as the country of a city, these must be published too.
    """
    attribute = {}
    if isinstance(links, AttributeFacet):
        links, through = links.facet, links
        dimension = related.dimension(links.dimension)
        *_first, value = dimension.value_fields
        to_record = f"{value}__{through.attribute}"
        attribute = {f"{value}__state": PublicationState.PUBLISHED}
    else:
        dimension = related.dimension(links.dimension)
        *_first, to_record = dimension.value_fields
    rows = _published(dimension, links, dimension.key, to_record, keys, using)
    return rows.filter(**attribute), to_record, dimension.key


def _published(
    dimension: Dimension, links: ValueFacet, counted: str, to_record: str, keys: list[int], using: str
) -> QuerySet:
    return dimension.rows(using).filter(
        **{_path(counted, "state"): PublicationState.PUBLISHED, f"{to_record}__in": keys},
        **_role(links, dimension),
    )


def _path(field: str, of_record: str) -> str:
    return of_record if field == "pk" else f"{field}__{of_record}"


def _role(links: ValueFacet, dimension: Dimension) -> dict[str, str]:
    role = getattr(links, "role", "")
    return {dimension.value_fields[0]: role} if role else {}


def stored_disputes(collection: str, keys: list[int], using: str) -> BitMap:
    """The keys of the records from which a published report differs."""
    levels = EvidenceDimension(registry.indexed_model(collection).model).read_keys(using, BitMap(keys))
    return levels.get(DISPUTED, BitMap())
