"""Slugs and passage numbers in admin forms. Empty fields are filled automatically."""

import re
from collections.abc import Collection, Iterable
from itertools import count

from anyascii import anyascii
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import FormerSlug, Report

# Maximum length of a suggested slug. The slug field allows more, so that a number can be appended.
MAX_SUGGESTION_LENGTH = 70
LABEL = gettext_lazy("address on this site (slug)")
SOURCE_FIELDS = gettext_lazy("If left empty, it is generated from: %(fields)s.")


class AutoSlugForm(forms.ModelForm):
    """A record form that validates the slug, or generates it for a new record from the fields in `slug_from`."""

    slug_from: tuple[str, ...] = ()

    @classmethod
    def describe_slug(cls) -> None:
        """Sets the label of the slug field, and makes the field optional if the slug can be generated."""
        slug = cls.base_fields.get("slug")
        if slug:
            slug.label = capfirst(LABEL)
        if slug and cls.slug_from:
            names = comma_list(cls._meta.model._meta.get_field(name).verbose_name for name in cls.slug_from)
            slug.required = False
            slug.help_text = f"{slug.help_text} {SOURCE_FIELDS % {'fields': names}}"

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        model, own = type(self.instance), self.instance.pk
        if own and slug == self.initial.get("slug"):  # The slug was validated when it was first saved.
            return slug
        if taken_by := model._base_manager.filter(slug=slug).exclude(pk=own).first():
            raise _slug_taken_error(
                _("“{slug}” is already the slug of {record}. Enter another one."), slug, taken_by
            )
        former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(model), slug=slug)
        former_owner_pk = former.exclude(object_id=own or 0).values_list("object_id", flat=True).first()
        if former_owner_pk and (taken_by := model._base_manager.filter(pk=former_owner_pk).first()):
            text = _(
                "“{slug}” was the slug of {record}, and links to it must keep working. Enter another one."
            )
            raise _slug_taken_error(text, slug, taken_by)
        return slug

    def generate_slug(self) -> None:
        """Fills an empty slug, or adds an error if the fields contain no usable text. Call it last in `clean`."""
        if self.slug_from and not self.errors and not self.cleaned_data.get("slug"):
            slug = unused_slug(type(self.instance), (self.cleaned_data.get(name) for name in self.slug_from))
            if slug:
                self.cleaned_data["slug"] = slug
            else:
                self.add_error("slug", _("A slug cannot be generated from these fields. Enter one."))


def _slug_taken_error(text: str, slug: str, record: Record) -> ValidationError:
    link = format_html('<a href="{}">{}</a>', change_url(record), record)
    return ValidationError(format_html(text, slug=slug, record=link))


def unused_slug(model: type[Record], texts: Iterable[str | None]) -> str:
    """Returns an unused slug, with a number appended if needed, or "" if no text contains a letter or digit."""
    base = slug_from(" ".join(text for text in texts if text))
    if not base:
        return ""
    content_type = ContentType.objects.get_for_model(model)
    taken = set(model._base_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    former = FormerSlug.objects.filter(content_type=content_type, slug__startswith=base)
    taken |= set(former.values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


def slug_from(text: str) -> str:
    """Converts `text` to a slug of at most 70 characters, cut between words, such as "dushanbe-safe-city"."""
    latin = re.sub("['`]", "", anyascii(text).lower())
    words = re.findall("[a-z0-9]+", latin)
    slug = "-".join(words)
    if len(slug) <= MAX_SUGGESTION_LENGTH:
        return slug
    return slug[: MAX_SUGGESTION_LENGTH + 1].rpartition("-")[0] or slug[:MAX_SUGGESTION_LENGTH]


LARGEST_NUMBER = 32_767


class PassageNumberField(forms.IntegerField):
    """An optional form field for a passage number."""

    def __init__(self, **kwargs):
        defaults = {
            "label": gettext_lazy("number"), "required": False, "min_value": 1, "max_value": LARGEST_NUMBER,
            "help_text": gettext_lazy(
                "The paragraph number in the report. If left empty, the next free number is used."
            ),
        }  # fmt: skip
        super().__init__(**defaults | kwargs)


def next_number(report: Report | None) -> int:
    """Returns the next free passage number of a report, or 1 for a new report."""
    stored = report is not None and report.pk
    return next_free(set(report.passages.values_list("number", flat=True)) if stored else ())


def next_free(taken: Collection[int]) -> int:
    """Returns the largest used number plus 1, or the lowest unused number if the sum exceeds LARGEST_NUMBER."""
    number = max(taken, default=0) + 1
    return (
        number
        if number <= LARGEST_NUMBER
        else next(each for each in range(1, LARGEST_NUMBER + 1) if each not in taken)
    )
