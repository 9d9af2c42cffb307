"""Numbers that the site computes for records of any state, read as the current transaction sees them.

The facet index counts for readers: published records, outside of transactions.
"""

from django.db.models import Count
from pyroaring import BitMap

from sco_cities.core.publication_state import PublicationState
from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import Dimension
from sco_cities.facet_index.facets import CountFacet, ValueCountFacet, ValueFacet
from sco_cities.sources.facets import DISPUTED, EvidenceDimension


def stored_counts(collection: str, facet: str, keys: list[int], using: str) -> dict[int, int]:
    """By key, the number in a facet that counts related published records; records without any are left out."""
    match registry.indexed_model(collection).facets[facet]:
        case CountFacet(related_collection, name):
            related = registry.indexed_model(related_collection)
            links: ValueFacet = related.facets[name]
            dimension = related.dimension(links.dimension)
            *_first, to_record = dimension.value_fields
            counted = dimension.key
        case ValueCountFacet(links):
            dimension = registry.indexed_model(collection).dimension(links.dimension)
            *_first, counted = dimension.value_fields
            to_record = dimension.key
    rows = dimension.rows(using).filter(
        **{_path(counted, "state"): PublicationState.PUBLISHED, f"{to_record}__in": keys},
        **_role(links, dimension),
    )
    return dict(rows.values_list(to_record).annotate(Count(counted, distinct=True)))


def _path(field: str, of_record: str) -> str:
    return of_record if field == "pk" else f"{field}__{of_record}"


def _role(links: ValueFacet, dimension: Dimension) -> dict[str, str]:
    role = getattr(links, "role", "")
    return {dimension.value_fields[0]: role} if role else {}


def stored_disputes(collection: str, keys: list[int], using: str) -> BitMap:
    """The keys of the records from which a published report differs."""
    levels = EvidenceDimension(registry.indexed_model(collection).model).read_keys(using, BitMap(keys))
    return levels.get(DISPUTED, BitMap())
