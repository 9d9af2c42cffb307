"""Addresses of records in their forms: one is made where none was typed, and one that is taken says by what."""

import re
from collections.abc import Iterable
from itertools import count

from anyascii import anyascii
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import FormerSlug

from .admin_urls import change_url

# Room is left for a number behind it.
LONGEST_SUGGESTION = 70
SOURCE_FIELDS = gettext_lazy("If left empty, it is generated from: %(fields)s.")


class AutoSlugMixin:
    """An admin whose form makes the slug of a new record from `slug_from`, where it is left empty."""

    slug_from: tuple[str, ...] = ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form = type(
            form.__name__, (_AutoSlugFormMixin, form), {"slug_from": () if change else self.slug_from}
        )
        if form.slug_from and (slug := form.base_fields.get("slug")):
            named = comma_list(self.model._meta.get_field(name).verbose_name for name in form.slug_from)
            slug.required = False
            slug.help_text = f"{slug.help_text} {SOURCE_FIELDS % {'fields': named}}"
        return form


class _AutoSlugFormMixin:
    """The part of a record's form that looks after its slug."""

    slug_from: tuple[str, ...] = ()

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        model, own = type(self.instance), self.instance.pk
        if taken_by := model._base_manager.filter(slug=slug).exclude(pk=own).first():
            raise _taken(_("“{slug}” is already the address of {record}. Enter another one."), slug, taken_by)
        former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(model), slug=slug)
        led_to = former.exclude(object_id=own or 0).values_list("object_id", flat=True).first()
        if led_to and (taken_by := model._base_manager.filter(pk=led_to).first()):
            text = _(
                "“{slug}” was the address of {record}, and links to it must keep working. Enter another one."
            )
            raise _taken(text, slug, taken_by)
        return slug

    def clean(self):
        cleaned = super().clean()
        if self.slug_from and not self.errors and not self.cleaned_data.get("slug"):
            slug = unused_slug(type(self.instance), (self.cleaned_data.get(name) for name in self.slug_from))
            if slug:
                self.cleaned_data["slug"] = slug
            else:
                self.add_error("slug", _("An address cannot be generated from these fields. Enter one."))
        return cleaned


def _taken(text: str, slug: str, record: Record) -> ValidationError:
    link = format_html('<a href="{}">{}</a>', change_url(record), record)
    return ValidationError(format_html(text, slug=slug, record=link))


def unused_slug(model: type[Record], texts: Iterable[str | None]) -> str:
    """A slug for a new record that is free, with a number behind it where need be; "" where no text has letters."""
    base = slug_from(" ".join(text for text in texts if text))
    if not base:
        return ""
    kind = ContentType.objects.get_for_model(model)
    taken = set(model._base_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    former = FormerSlug.objects.filter(content_type=kind, slug__startswith=base)
    taken |= set(former.values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


def slug_from(text: str) -> str:
    """`text` in Latin letters, digits and hyphens, cut between words: "Душанбе: Safe City" is dushanbe-safe-city."""
    latin = re.sub("['`]", "", anyascii(text).lower())
    words = re.findall("[a-z0-9]+", latin)
    slug = "-".join(words)
    if len(slug) <= LONGEST_SUGGESTION:
        return slug
    return slug[: LONGEST_SUGGESTION + 1].rpartition("-")[0] or slug[:LONGEST_SUGGESTION]
