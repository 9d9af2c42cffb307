"""What goes with rows that are deleted, as the page tells that asks first."""

from collections.abc import Sequence

from django.contrib.admin.utils import NestedObjects, quote
from django.db import models, router
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from .references import with_referencing_records


class _DeletionCollector(NestedObjects):
    """Reads with each row what it is called after: else every footnote would ask for its passage and its report.

    That a record is in no list of another one any more goes without saying: such rows have no words for it.
    """

    def collect(self, objs, source=None, **kwargs):
        # Those of generic relations come past `related_objects`.
        is_query = source is not None and isinstance(objs, models.QuerySet)
        return super().collect(_named(objs) if is_query else objs, source=source, **kwargs)

    def related_objects(self, related_model, related_fields, objs):
        return _named(super().related_objects(related_model, related_fields, objs))

    def add_edge(self, source, target):
        if not target._meta.auto_created:
            super().add_edge(source, target)

    def counts(self) -> dict[str, int]:
        """How many go of each kind that is told of."""
        told = ((model._meta, rows) for model, rows in self.model_objs.items())
        return {options.verbose_name_plural: len(rows) for options, rows in told if not options.auto_created}


def _named(rows: models.QuerySet) -> models.QuerySet:
    return rows if rows.model._meta.auto_created else with_referencing_records(rows)


def deletion_preview(objs: Sequence[models.Model], request, admin_site) -> tuple[list, dict, set, list]:
    """What an admin's `get_deleted_objects` returns, with a number of queries that does not go by the rows."""
    if not objs:
        return [], {}, set(), []
    collector = _DeletionCollector(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    lacking = set()

    def told(obj: models.Model) -> str:
        options = obj._meta
        kind = capfirst(options.verbose_name)
        if not admin_site.is_registered(type(obj)):
            return f"{kind}: {obj}"
        if not admin_site.get_model_admin(type(obj)).has_delete_permission(request, obj):
            lacking.add(options.verbose_name)
        page = f"{admin_site.name}:{options.app_label}_{options.model_name}_change"
        try:
            return format_html('{}: <a href="{}">{}</a>', kind, reverse(page, args=[quote(obj.pk)]), obj)
        except NoReverseMatch:
            return f"{kind}: {obj}"

    return collector.nested(told), collector.counts(), lacking, [told(obj) for obj in collector.protected]
