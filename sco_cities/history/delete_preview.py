"""What else is deleted with the selected objects, for the confirmation page."""

from collections.abc import Sequence

from django.contrib.admin.utils import NestedObjects, quote
from django.db import models, router
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from .references import select_related_names


class _DeletionCollector(NestedObjects):
    """Joins the relations that a row's text needs; otherwise each footnote queries its passage and report.

    Leaves out rows of automatic many-to-many tables: they have no text of their own.
    """

    def collect(self, objs, source=None, **kwargs):
        # Generic relations do not go through `related_objects`.
        is_query = source is not None and isinstance(objs, models.QuerySet)
        return super().collect(_with_names(objs) if is_query else objs, source=source, **kwargs)

    def related_objects(self, related_model, related_fields, objs):
        return _with_names(super().related_objects(related_model, related_fields, objs))

    def add_edge(self, source, target):
        if not target._meta.auto_created:
            super().add_edge(source, target)

    def counts(self) -> dict[str, int]:
        """Number of deleted rows by plural model name."""
        by_options = ((model._meta, rows) for model, rows in self.model_objs.items())
        return {
            options.verbose_name_plural: len(rows) for options, rows in by_options if not options.auto_created
        }


def _with_names(rows: models.QuerySet) -> models.QuerySet:
    return rows if rows.model._meta.auto_created else select_related_names(rows)


def deletion_preview(objs: Sequence[models.Model], request, admin_site) -> tuple[list, dict, set, list]:
    """The result of `ModelAdmin.get_deleted_objects`, with a fixed number of queries."""
    if not objs:
        return [], {}, set(), []
    collector = _DeletionCollector(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    lacking = set()

    def describe(obj: models.Model) -> str:
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

    protected = [describe(obj) for obj in collector.protected]
    return collector.nested(describe), collector.counts(), lacking, protected
