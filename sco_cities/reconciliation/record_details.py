"""Names and descriptions of records, as clients show them beside a candidate."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from delegates.models import Delegate, Event, Organisation
from initiatives.models import Initiative
from sco_cities.core.edtf import format_date
from sco_cities.core.localized_names import localized
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import comma_list
from sco_cities.search.result_item import location
from sco_cities.sources.base_models import Record

from .kinds import KINDS


def records_by_key(keys: Iterable[tuple[str, int]], state: IndexState) -> dict[tuple[str, int], Record]:
    """Records by kind and key, with what their descriptions need: a query or two for each kind."""
    by_collection: dict[str, dict[int, None]] = {}
    for collection, key in keys:
        by_collection.setdefault(collection, {})[key] = None
    found = {}
    for collection, wanted in by_collection.items():
        records = KINDS[collection].records(list(wanted), state.using)
        if collection == Initiative.collection:
            prefetch_related_objects(records, "city_roles__city")
        found |= {(collection, record.pk): record for record in records}
    return found


def description(record: Record) -> str:
    """What tells a record from others of its name: role, kind, date and place, in the reader's language."""
    match record:
        case Delegate():
            facts = [localized(record, "role")]
        case Organisation():
            facts = [record.get_kind_display(), location(record)]
        case Event():
            facts = [record.get_kind_display(), format_date(record.starts_on), location(record)]
        case Initiative():
            facts = [record.get_kind_display(), format_date(record.starts_on), location(record)]
        case _:
            facts = [location(record)]
    return comma_list(str(fact) for fact in facts if fact)
