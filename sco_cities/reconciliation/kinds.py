"""The kinds of record that can be reconciled, with the identifiers of types and records."""

from dataclasses import dataclass

from sco_cities.facet_index.state import IndexState
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, SearchableList
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import FormerSlug

# Collections in the order of the menu of types.
COLLECTIONS = ("cities", "countries", "organisations", "delegates", "events", "initiatives", "themes")
KINDS: dict[str, SearchableList] = {name: LISTS_BY_COLLECTION[name] for name in COLLECTIONS}


@dataclass(frozen=True)
class RecordId:
    """A record identifier in the notation of the data package, such as "cities:dushanbe" or "countries:KG"."""

    collection: str
    slug: str

    @classmethod
    def parse(cls, text: object) -> "RecordId | None":
        """Parses an identifier. None if the text is not an identifier of this site."""
        collection, separator, slug = text.strip().partition(":") if isinstance(text, str) else ("", "", "")
        slug = slug.strip().lower()
        return cls(collection, slug) if separator and slug and collection in KINDS else None


def type_document(collection: str) -> dict[str, str]:
    """The type of a kind of record, with its name in the reader's language."""
    noun = str(KINDS[collection].noun)
    return {"id": collection, "name": noun[:1].upper() + noun[1:]}


def published_keys(ids: list[RecordId], state: IndexState) -> dict[RecordId, int]:
    """Maps identifiers to the primary keys of published records. Former slugs are recognised."""
    found: dict[RecordId, int] = {}
    for collection in dict.fromkeys(each.collection for each in ids):
        model = KINDS[collection].model
        slugs = {
            each.slug[:100]: each for each in ids if each.collection == collection and "\0" not in each.slug
        }
        rows = model.objects.using(state.using).filter(slug__in=slugs).values_list("slug", "pk")
        keys = dict(rows)
        if missing := slugs.keys() - keys.keys():
            keys |= _former(model, missing, state.using)
        published = state.published(collection)
        found |= {slugs[slug]: key for slug, key in keys.items() if key in published}
    return found


def _former(model: type[Record], slugs: set[str], using: str) -> dict[str, int]:
    former = FormerSlug.objects.using(using).filter(
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
        slug__in=slugs,
    )
    return dict(former.values_list("slug", "object_id"))
