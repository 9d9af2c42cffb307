"""The pairs of each kind, found once and remembered by the process until a record of the kind changes."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import connections, router, transaction
from django.db.models import QuerySet

from sco_cities.browse.index import changes
from sco_cities.browse.index.axes import part
from sco_cities.curation.models import NotDuplicates
from sco_cities.sources.records import Record, record_models

from .finding import Pair, likeness_of, pairs

_remembered: dict[type[Record], tuple[tuple, list[Pair]]] = {}


def forget() -> None:
    """Drops what this process holds."""
    _remembered.clear()


def compared_kinds() -> list[type[Record]]:
    """The kinds of record that say what makes two of them alike."""
    return [model for model in record_models() if likeness_of(model)]


def open_pairs(model: type[Record]) -> list[Pair]:
    """The pairs of a kind that nobody has found to be two, best first."""
    kind = ContentType.objects.get_for_model(model)
    told_apart = set(NotDuplicates.objects.filter(content_type=kind).values_list("first_id", "second_id"))
    return [pair for pair in _pairs(model) if (pair.first, pair.second) not in told_apart]


def tell_apart(model: type[Record], one: int, other: int) -> None:
    """Keeps that somebody has looked at two records and found them to be two."""
    first, second = sorted((one, other))
    kind = ContentType.objects.get_for_model(model)
    NotDuplicates.objects.get_or_create(content_type=kind, first_id=first, second_id=second)


def look_again(model: type[Record], one: int, other: int) -> None:
    """Takes back that two records were found to be two."""
    first, second = sorted((one, other))
    kind = ContentType.objects.get_for_model(model)
    NotDuplicates.objects.filter(content_type=kind, first_id=first, second_id=second).delete()


def told_apart(models: Iterable[type[Record]]) -> QuerySet[NotDuplicates]:
    """The pairs of these kinds that were found to be two, those found last first."""
    kinds = ContentType.objects.get_for_models(*models).values()
    return NotDuplicates.objects.filter(content_type__in=kinds).order_by("-pk")


def _pairs(model: type[Record]) -> list[Pair]:
    with transaction.atomic(using=router.db_for_read(model)):
        version = _version(model)
        if model not in _remembered or _remembered[model][0] != version:
            _remembered[model] = (version, pairs(model))
        return _remembered[model][1]


def _version(model: type[Record]) -> tuple:
    """What differs whenever the log tells of a change of what is compared."""
    using = router.db_for_read(model)
    many = [
        field for name in likeness_of(model).fields if (field := model._meta.get_field(name)).many_to_many
    ]
    watched = [part(field.remote_field.through, field.m2m_field_name()) for field in many]
    return (connections[using].settings_dict["NAME"], *changes.mark(using, [part(model, "pk"), *watched]))
