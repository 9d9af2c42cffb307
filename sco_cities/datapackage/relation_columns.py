"""Column types for foreign keys, many-to-many relations, generic foreign keys, and fields of a record."""

from collections import defaultdict

from django.utils.translation import gettext as _

from sco_cities.db.pk_queries import pk_in
from sco_cities.sources.base_models import FIGURE, SLUG_PATTERN

from .columns import PackageColumn
from .errors import closest_match
from .natural_keys import COUNTRIES, COUNTRY_CODE, RECORD_MODELS, cell_of, content_type, reference, slug_of

SEPARATOR = "; "


def split_items(cell: str) -> list[str]:
    """Splits a cell into items. Raises ValueError with a message if an item is empty or repeated."""
    if not cell.strip():
        return []
    items = [item.strip() for item in cell.split(";")]
    if "" in items:
        raise ValueError(_("The list contains an empty item. Separate items with “; ”."))
    seen = set()
    for item in items:
        if item in seen:
            raise ValueError(_("The list contains “%(item)s” twice.") % {"item": item})
        seen.add(item)
    return items


def _pattern(collection: str) -> str:
    return COUNTRY_CODE if collection == COUNTRIES else SLUG_PATTERN


class ForeignKeyColumn(PackageColumn):
    """A column with a reference to a record of the table `to`, by slug or code. The value is the slug."""

    def __init__(self, name, description, *, to: str = "", path: str = "", **kwargs):
        super().__init__(name, description, path=path or f"{name}__slug", **kwargs)
        self.to = to

    def bind(self, model):
        super().bind(model)
        if self.field is not None:
            self.to = self.field.remote_field.model.collection

    def convert(self, cell):
        return slug_of(self.to, cell)

    def references(self, value):
        return [(self.to, value)] if value else []

    def attributes(self, value, stored):
        if not self.attribute:
            return {}
        return {self.field.attname: stored.pk((self.to, value)) if value else None}

    def cell(self, value):
        return cell_of(self.to, value) if value else ""

    def constraints(self):
        return super().constraints() | {"pattern": _pattern(self.to)}


class ManyToManyColumn(PackageColumn):
    """A column with references to records of the table `to`, joined by "; ". The value is a tuple of slugs.

    `through` is the model of the many-to-many relation. In this model, the foreign key `own` refers to the row's
    record, and `other` refers to the related records. A load replaces the stored relation with the cell's value.
    """

    is_list = True

    def __init__(self, name, description, **kwargs):
        super().__init__(name, description, attribute="", path="pk", **kwargs)
        self.empty = ()

    def bind(self, model):
        super().bind(model)
        relation = getattr(model, self.name)
        field = relation.field
        ends = field.m2m_field_name(), field.m2m_reverse_field_name()
        self.own, self.other = reversed(ends) if relation.reverse else ends
        self.to = (field.model if relation.reverse else field.remote_field.model).collection
        self.through = relation.through

    def convert(self, cell):
        return tuple(slug_of(self.to, item) for item in split_items(cell))

    def references(self, value):
        return [(self.to, slug) for slug in value]

    def cell(self, value):
        return SEPARATOR.join(cell_of(self.to, slug) for slug in value)

    def writer(self, pks):
        pairs = self.through.objects.values_list(f"{self.own}_id", f"{self.other}__slug")
        if pks is not None:
            pairs = pairs.filter(pk_in(pks, f"{self.own}_id"))
        cells = defaultdict(list)
        for own, slug in pairs:
            cells[own].append(cell_of(self.to, slug))
        return lambda pk: SEPARATOR.join(sorted(cells.get(pk, ())))

    def constraints(self):
        return {"pattern": f"{_pattern(self.to)}(?:; {_pattern(self.to)})*"}


class GenericForeignKeyColumn(PackageColumn):
    """A column with a reference to a record of any table, as `TABLE:SLUG`. The value is the pair (table, slug)."""

    def __init__(self, name, description, **kwargs):
        super().__init__(name, description, attribute="", required=True, **kwargs)
        self.paths = ("content_type_id", "object_id")

    def convert(self, cell):
        collection, colon, slug = cell.partition(":")
        if not colon or not slug:
            raise ValueError(_("Write a record as TABLE:SLUG, for example “cities:moscow”."))
        if collection not in RECORD_MODELS:
            no_table = _("“%(table)s” is not a table of records. Use one of: %(tables)s.")
            tables = {"table": collection, "tables": ", ".join(RECORD_MODELS)}
            raise ValueError(no_table % tables + closest_match(collection, RECORD_MODELS))
        return collection, slug_of(collection, slug)

    def cell(self, value):
        return reference(*value)

    def references(self, value):
        return [value]

    def attributes(self, value, stored):
        return {"content_type_id": content_type(value[0]), "object_id": stored.pk(value)}

    def writer(self, pks):
        kinds = {content_type(collection): collection for collection in RECORD_MODELS}
        known = {}

        def write(kind: int, pk: int) -> str:
            collection = kinds[kind]
            if kind not in known:
                known[kind] = dict(RECORD_MODELS[collection].objects.values_list("pk", "slug"))
            if pk not in known[kind]:
                raise LookupError(
                    f"A stored row belongs to record {pk} of {collection}, which does not exist."
                )
            return reference(collection, known[kind][pk])

        return write

    def constraints(self):
        others = "|".join(collection for collection in RECORD_MODELS if collection != COUNTRIES)
        return {
            "required": True,
            "pattern": f"(?:(?:{others}):{SLUG_PATTERN}|{COUNTRIES}:{COUNTRY_CODE})",
        }


class FieldKeyColumn(PackageColumn):
    """A column with the name of the field that evidence supports. Figures are "figure:LABEL"."""

    def __init__(self, name, description, **kwargs):
        super().__init__(name, description, attribute="", required=True, **kwargs)
        self.paths = ("field", "figure__label")

    def writer(self, pks):
        return lambda field, label: f"{FIGURE}:{label}" if field == FIGURE else field
