"""Making records say what documents say."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, FormerSlug, Passage

from .delta import ADDED, REMOVED, Delta, pairs
from .serialization import Document, DocumentField, NameLookup, RowSchema, document_schema, item_key


class RecordWriter:
    """Writes what documents say.

    All of it was valid once, and the database refuses what is not any more (IntegrityError), but for circles of records
    that are part of each other: whoever writes looks for these afterwards. A `careful` writer validates everything
    itself, which takes twenty times as long and tells what is wrong: ValidationError, with the field.
    """

    def __init__(self, *, careful: bool = False):
        self.careful = careful
        # Records of which nothing but columns is stored yet.
        self.bare: set[tuple[type[Record], int]] = set()
        self._keys: dict[tuple[type[models.Model], str], int] = {}
        # Those of figures by record and label, of records of which nothing has been stored before.
        self._figures: dict[tuple[int, str], int] = {}

    def create(self, model: type[Record], key: int, document: Document) -> None:
        """Brings a record back under its old key, without its lists: `change` adds those.

        What it names has to be there; a record of its own kind that it names is set by `change` too.
        """
        record = self.blank(model, key, document)
        kind = ContentType.objects.get_for_model(model)
        FormerSlug.objects.filter(content_type=kind, slug=record.slug).delete()
        if self.careful:
            record.full_clean(validate_constraints=False)
        record.save(force_insert=True)
        self.bare.add((model, key))

    def blank(self, model: type[Record], key: int, document: Document) -> Record:
        """A record as `create` brings it back, without storing it."""
        record = model(pk=key)
        for name, column in document_schema(model).columns.items():
            is_of_own_kind = column.field.is_relation and column.field.related_model is model
            self._set(record, column, "" if is_of_own_kind else document.get(name))
        return record

    def change(self, record: Record, wanted: Delta) -> None:
        """Makes the changes to a stored record."""
        form = document_schema(type(record))
        is_bare = (type(record), record.pk) in self.bare
        self.bare.discard((type(record), record.pk))
        columns = [
            name
            for name in wanted
            if name in form.columns
            and (not is_bare or form.columns[name].field.related_model is type(record))
        ]
        for name in columns:
            self._set(record, form.columns[name], wanted[name][1])
        if columns and self.careful:
            record.full_clean(exclude=[name for name in form.columns if name not in columns])
        # Saved for lists too: a change of a list is a change of the record, whose time of change readers see.
        if columns or not is_bare:
            record.save()
        for name, names in form.names.items():
            if name in wanted:
                self._change_names(record, names, wanted[name])
        parts = [
            _RowWriter(record, rows, *pairs(rows, wanted[name]), is_bare=is_bare)
            for name, rows in form.rows.items()
            if name in wanted
        ]
        # Evidence speaks of figures: it goes before they do, and comes after them.
        for part in reversed(parts):
            if not part.rows.are_named:
                part.remove()
        for part in parts:
            part.change(self)
            part.add(self)

    def remove_named(self, record: Record, wanted: Delta) -> None:
        """Removes rows that other records name, which `change` leaves there: these have to let go of them first."""
        for name, rows in document_schema(type(record)).rows.items():
            if name in wanted and rows.are_named:
                _RowWriter(record, rows, *pairs(rows, wanted[name])).remove()

    def _change_names(self, record: Record, names: NameLookup, change: Delta) -> None:
        relation = getattr(record, names.name)
        for write, side in ((relation.remove, REMOVED), (relation.add, ADDED)):
            if change[side]:
                write(*(self._key_of(names.other, text) for text in change[side]))

    def _set(self, instance: models.Model, column: DocumentField, value, owner: Record | None = None) -> None:
        field = column.field
        if field.is_relation:
            setattr(instance, field.attname, self._key_of(field, value, owner) if value else None)
        else:
            setattr(instance, field.attname, None if value is None else field.to_python(value))

    def fill(self, record: Record, rows: RowSchema, instance: models.Model, row: dict) -> models.Model:
        """Makes a row say what it is to say, without saving it."""
        for column in rows.columns:
            self._set(instance, column, row.get(column.name), owner=record)
        if self.careful:
            instance.full_clean()
        return instance

    def _key_of(self, field: models.ForeignKey, text: str, owner: Record | None = None) -> int:
        """The key of what `text` names; ValidationError where it is not there any more."""
        model = field.related_model
        if model is Figure and (owner.pk, text) in self._figures:
            return self._figures[owner.pk, text]
        if model is Figure:
            key = owner.figures.filter(label=text).values_list("pk", flat=True).first()
        elif (model, text) in self._keys:
            return self._keys[model, text]
        elif model is Passage:
            slug, _hash, number = text.rpartition("#")
            report = self._key_of(Passage._meta.get_field("report"), slug)
            key = Passage.objects.filter(report=report, number=number).values_list("pk", flat=True).first()
        else:
            key = _record_key(model, text)
        if key is None:
            kind = model._meta.verbose_name
            said = _("The %(kind)s “%(name)s” no longer exists.") % {"kind": kind, "name": text}
            raise ValidationError({field.name: said})
        if model is not Figure:
            self._keys[model, text] = key
        return key


def _record_key(model: type[Record], slug: str) -> int | None:
    """The key of the record that has, or had, this slug."""
    key = model._base_manager.filter(slug=slug).values_list("pk", flat=True).first()
    if key is None:
        former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(model), slug=slug)
        key = former.values_list("object_id", flat=True).first()
    return key


class _RowWriter:
    """What is to happen to one list of rows of a record."""

    def __init__(
        self, record: Record, rows: RowSchema, changed: list, gone: list, come: list, *, is_bare=False
    ):
        self.record, self.rows, self.is_bare = record, rows, is_bare
        self.changed, self.gone, self.come = changed, gone, come

    def _stored(self) -> dict[str, int]:
        """The keys of the rows, by what they say."""
        found = () if self.is_bare else self.rows.read(type(self.record), [self.record.pk])
        return {item_key(row): pk for _owner, pk, row in found}

    def remove(self) -> None:
        # An address that has once been given goes on working.
        if self.gone and self.rows.model is not FormerSlug:
            stored = self._stored()
            keys = [stored[key] for key in map(item_key, self.gone) if key in stored]
            self.rows.model._base_manager.filter(pk__in=keys).delete()

    def change(self, writer: RecordWriter) -> None:
        """Rows stay who they are: others may rest on them, as evidence does on figures and passages."""
        stored = self._stored() if self.changed else {}
        for old, new in self.changed:
            if item_key(old) in stored:
                instance = self.rows.model._base_manager.get(pk=stored[item_key(old)])
                writer.fill(self.record, self.rows, instance, new).save()
            else:
                self.come.append(new)

    def add(self, writer: RecordWriter) -> None:
        stored = self._stored() if self.come else {}
        if self.rows.model is FormerSlug and self.come:
            self._take_over([row["slug"] for row in self.come])
        new = []
        for row in self.come:
            if item_key(row) not in stored:
                owner = self.rows.owner
                instance = self.rows.model(
                    **{owner.attname: self.record.pk} if owner else {"record": self.record}
                )
                new.append(writer.fill(self.record, self.rows, instance, row))
        if new:
            self.rows.model._base_manager.bulk_create(new)

    def _take_over(self, slugs: list[str]) -> None:
        """Addresses lead to one record: what another has got since, as by a merge, it gives back."""
        kind = ContentType.objects.get_for_model(self.record)
        FormerSlug.objects.filter(content_type=kind, slug__in=slugs).exclude(
            object_id=self.record.pk
        ).delete()
