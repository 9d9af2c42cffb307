"""Compares values with the passages cited for them. Some differences need a human decision.

Also compares reported values with record values. Authors and reviewers see a hint if a cited passage does not contain a
value. Nothing is rejected.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext as _

from sco_cities.core import edtf, localized_names, tokenizer
from sco_cities.core.fields import EDTFField
from sco_cities.core.notation import ENGLISH_MONTHS, RUSSIAN_STEMS, first_number, possible_numbers
from sco_cities.i18n.numbers import format_grouped
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import FIGURE, WHOLE, Record
from sco_cities.sources.evidence_coverage import field_text, has_value, is_to_many
from sco_cities.sources.models import Evidence, Figure, Passage, Qualifier, Stance
from sco_cities.sources.reported_values import reported_value


def matches_record(record: Record, key: str, reported: str, figures: dict[str, Figure]) -> bool | None:
    """Returns True if `reported` equals the record's value for the field `key`, or None if a person must decide.

    `figures` maps labels to the record's figures. The result is also None for long texts that differ, lists of records,
    earlier states and empty fields.
    """
    kind, _colon, label = key.partition(":")
    if not reported or key == WHOLE or reported_value(reported).as_of:
        return None
    if kind == FIGURE:
        return numbers_match(figures[label].value, reported) if label in figures else None
    if is_to_many(type(record), key):
        return None
    value = getattr(record, key)
    return values_match(record._meta.get_field(key), value, reported) if has_value(value) else None


def values_match(field: models.Field, value, reported: str) -> bool | None:
    """Returns True if `reported` equals `value`, a single field's value, or None if a person must decide."""
    if field.is_relation:
        return localized_names.fold(reported) in _names(value)
    if field.choices:
        choice = _choice(field, reported)
        return choice == value if choice else None
    if isinstance(field, EDTFField):
        return _dates_match(value, reported)
    if isinstance(field, models.IntegerField | models.DecimalField):
        return numbers_match(Decimal(value), reported)
    if localized_names.fold(reported) == localized_names.fold(value):
        return True
    return None if isinstance(field, models.TextField) else False


def numbers_match(value: Decimal, reported: str) -> bool | None:
    """Returns True if the first number in `reported` equals `value`, or None if there is no number."""
    number = first_number(reported)
    return None if number is None else number == value


def format_value(record: Record, key: str, figures: dict[str, Figure]) -> str:
    """Formats the value of the field `key`. Returns "" for an empty field, a list of records or the whole record."""
    kind, _colon, label = key.partition(":")
    if kind == FIGURE:
        figure = figures.get(label)
        return "" if figure is None else format_figure(figure)
    if key == WHOLE or is_to_many(type(record), key):
        return ""
    return field_text(record._meta.get_field(key), getattr(record, key))


def format_figure(figure: Figure) -> str:
    """Formats the qualifier, value and unit of a figure, without its label and period."""
    qualifier = "" if figure.qualifier == Qualifier.EXACT else f"{figure.get_qualifier_display()} "
    return f"{qualifier}{format_grouped(figure.value)} {figure.unit}"


def _names(record: Record) -> set[str]:
    """Returns the slug and all names of a record, case-folded."""
    texts = [record.slug, *(getattr(record, name, "") for name in type(record).search_fields)]
    return {
        localized_names.fold(item)
        for text in texts
        for item in [text, *localized_names.split_list(text)]
        if item
    }


def _choice(field: models.Field, reported: str) -> str:
    """Returns the choice with this value or label, or "" if there is none."""
    if choice := reported_value(reported, field).choice:
        return choice
    labels = {localized_names.fold(str(label)): value for value, label in field.flatchoices}
    return labels.get(localized_names.fold(reported), "")


def _dates_match(value: str, reported: str) -> bool | None:
    """Returns True if the dates are equal or differ only in precision (one date contains the other date)."""
    try:
        one, other = edtf.first_and_last_day(value), edtf.first_and_last_day(reported.strip())
    except ValueError:
        return None
    if None in (*one, *other):
        return value == reported.strip() or None
    return one[0] <= other[0] <= other[1] <= one[1] or other[0] <= one[0] <= one[1] <= other[1]


# The functions return None if a person must decide. They report a value as missing only if that is certain.

_PLAIN_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# Maximum distance in days between the report's date and a day called “today” or “on Tuesday”.
_NEAR_DAYS = 7

# Numbers written as words are only detected, not parsed. The first pattern matches small numbers and tens. The second
# pattern matches large numbers without preceding digits.
_SMALL_NUMBER_WORDS = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|\w+teen|\w+ty|hundred|half|"
    r"первый|од(?:ин|на|но|ного|ной)|дв(?:а|е|ух|ум|умя)|обе(?:их)?|оба|тр(?:и|[её]х)|четыр\w*|пят\w*|шест\w*|сем[ьи]\w*|"
    r"вос[еь]м\w*|девят\w*|десят\w*|\w+надцат\w*|\w+дцат\w*|сорок\w*|сто|сотн\w*)\b|[两二三四五六七八九十]|一[个座条项名家次]",
    re.IGNORECASE,
)
_LARGE_NUMBER_WORDS = re.compile(
    r"(?<![\d.,] )\b(?:hundreds?|thousands?|millions?|billions?|сто|сот\w*|тысяч\w*|миллион\w*|миллиард\w*)\b|"
    r"[一两二三四五六七八九十几数][百千万亿]",
    re.IGNORECASE,
)
_LARGE = 100

_SHORT_NAME, _LONGEST_ENDING = 4, 6
_VOWELS = "aeiouy"
# The Chinese suffix for a city, which texts often omit.
_ZH_CITY = "市"


def states_date(texts: Iterable[str], value: str, published_on: str) -> bool | None:
    """Returns True if `texts` contain an EDTF date. The year may be omitted if it is close to the year of the report.

    Returns None for intervals and vague dates. Also returns None for dates close to the report's date, because texts
    call these dates "today" or "this year".
    """
    match = _PLAIN_DATE.fullmatch(value)
    if not match or _is_near(value, published_on):
        return None
    year, month, day = match.groups()
    text = "\n".join(texts)
    if month and not _states_month(text, int(month)):
        return False
    if day and not re.search(rf"(?<!\d)0?{int(day)}(?!\d)", text, re.ASCII):
        return False
    if year in text or not month:
        return year in text
    # A month without a year, as in "by June", is in the report's year or an adjacent year.
    first, _last = edtf.first_and_last_day(published_on)
    return first is None or abs(int(year) - first.year) <= 1


def _is_near(value: str, published_on: str) -> bool:
    (first, last), (published, last_published) = map(edtf.first_and_last_day, (value, published_on))
    if not published or not last_published:
        return False
    return (first - last_published).days <= _NEAR_DAYS and (published - last).days <= _NEAR_DAYS


def _states_month(text: str, month: int) -> bool:
    # English month names must begin with a capital letter, because "may" is also a verb.
    english, stem = ENGLISH_MONTHS[month - 1], RUSSIAN_STEMS[month - 1]
    russian = stem if len(stem) > 2 else rf"{stem}[йяею]\b"
    in_digits = rf"(?<!\d)0?{month}\s?月|[-./]0?{month}(?!\d)|(?<!\d)0?{month}[./]\d"
    return bool(re.search(rf"\b(?:(?:{english}|{english[:3]}t?)\b|(?i:{russian}))|{in_digits}", text))


def states_number(texts: Iterable[str], value: Decimal) -> bool | None:
    """Returns True if `texts` contain this number in digits (any notation), or None if it may be written as a word."""
    text = "\n".join(texts)
    if value in possible_numbers(text):
        return True
    words = _LARGE_NUMBER_WORDS if value > _LARGE else _SMALL_NUMBER_WORDS
    return None if words.search(text) else False


def states_name(texts: Iterable[str], names: Iterable[str]) -> bool:
    """Returns True if `texts` contain one of the names, in any script and with any ending."""
    text = "\n".join(texts)
    words = tokenizer.split(text)
    return any(_has_name(text, words, name) for name in names if name)


def _has_name(text: str, words: list[str], name: str) -> bool:
    name_words = tokenizer.split(name)
    if any(map(tokenizer.is_han, name_words)):
        return name.removesuffix(_ZH_CITY) in text
    sequences = zip(*(words[start:] for start in range(len(name_words))), strict=False)
    return bool(name_words) and any(all(map(_is_form, sequence, name_words)) for sequence in sequences)


def _is_form(word: str, name: str) -> bool:
    """Returns True if a word is an inflected form of a name, or an adjective derived from it."""
    if len(name) < _SHORT_NAME:
        return word.startswith(name) and len(word) <= len(name) + 2
    return word.startswith(stem := name.rstrip(_VOWELS) or name) and len(word) <= len(stem) + _LONGEST_ENDING


@dataclass(frozen=True)
class UnstatedValues:
    """Sentences about values missing from passages, by evidence or, for related records, by field."""

    by_evidence: dict[int, str] = field(default_factory=dict)
    by_field: dict[str, str] = field(default_factory=dict)


def unstated_values(record: Record, evidence: Mapping[str, Iterable[Evidence]]) -> UnstatedValues:
    """Finds values of `record` that its evidence (by field) does not contain. Runs one query per checked relation.

    Every passage that supports a date or number must contain it. A passage that contradicts a value must contain the
    reported value. At least one passage of the field must name each related record, such as a city. Other values, and
    values with a reported value entered by the curator, are not checked.
    """
    found = UnstatedValues()
    for key, items in evidence.items():
        items = list(items)
        for item in items:
            if value := _unstated_value(record, item):
                text = _("The passage does not contain “%(value)s”.") % {"value": value}
                found.by_evidence[item.pk] = text
        if names := list(_unnamed(record, key, items)):
            text = _("No passage for this field mentions %(names)s.") % {"names": comma_list(names)}
            found.by_field[key] = text
    return found


def passage_texts(passage: Passage) -> tuple[str, ...]:
    """Returns all texts of a passage (the summary in each language, and the quotation)."""
    return passage.summary, passage.summary_ru, passage.summary_zh, passage.quotation


def _unstated_value(record: Record, item: Evidence) -> str:
    """Returns the date or number missing from the passage of `item`, as text, or "" if none is missing."""
    is_other = item.stance == Stance.DIFFERS
    if not is_other and (item.stance != Stance.SUPPORTS or item.reported_value):
        return ""
    texts = passage_texts(item.passage)
    if item.field == FIGURE:
        number = first_number(item.reported_value) if is_other else item.figure.value
        return format_grouped(number) if number is not None and states_number(texts, number) is False else ""
    if item.field != WHOLE and isinstance(record._meta.get_field(item.field), EDTFField):
        date = item.reported_value if is_other else getattr(record, item.field)
        published_on = item.passage.report.published_on
        return edtf.format_date(date) if date and states_date(texts, date, published_on) is False else ""
    return ""


def _unnamed(record: Record, key: str, items: list[Evidence]) -> Iterator[Record]:
    """Yields the related records in the field `key` that are not named in any of the field's passages."""
    model = type(record)
    if key not in admin.site.get_model_admin(model).named_in_passages:
        return
    supporting = [item for item in items if item.stance == Stance.SUPPORTS]
    if not supporting or any(item.reported_value for item in supporting):
        return
    texts = [text for item in supporting for text in passage_texts(item.passage)]
    value = getattr(record, key)
    related = value.all() if is_to_many(model, key) else filter(has_value, [value])
    for each in related:
        values = [getattr(each, column) for column in type(each).search_fields]
        if not states_name(texts, (name for value in values for name in localized_names.split_list(value))):
            yield each
