"""Whether the words of a passage state a date, a number or a name, in English, Russian or Chinese.

Each function returns None if only a person can tell. The rules are lenient: they point out what is surely missing.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from sco_cities.core import edtf, tokenizer
from sco_cities.core.notation import ENGLISH_MONTHS, RUSSIAN_STEMS, possible_numbers

_PLAIN_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# A report says "today" or "on Tuesday" of days near its own date.
_NEAR_DAYS = 7

# Numbers in words, which are not read: small ones and tens, and scales without digits before them.
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
# The suffix of a city in Chinese; texts often leave it out.
_ZH_CITY = "市"


def states_date(texts: Iterable[str], value: str, published_on: str) -> bool | None:
    """Whether `texts` state an EDTF date; the year may be that of the report.

    None for intervals and vague dates, and for dates about when the report was published: texts call these "today" or
    "this year".
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
    has_year = year in text
    # "By June": the year of the report, or one beside it.
    return has_year or (month is not None and abs(int(year) - _year(published_on, int(year))) <= 1)


def _is_near(value: str, published_on: str) -> bool:
    (first, last), (published, last_published) = map(edtf.first_and_last_day, (value, published_on))
    if not published or not last_published:
        return False
    return (first - last_published).days <= _NEAR_DAYS and (published - last).days <= _NEAR_DAYS


def _year(published_on: str, default: int) -> int:
    first, _last = edtf.first_and_last_day(published_on)
    return first.year if first else default


def _states_month(text: str, month: int) -> bool:
    # English names begin with a capital letter, or "may" would be one.
    english, stem = ENGLISH_MONTHS[month - 1], RUSSIAN_STEMS[month - 1]
    russian = stem if len(stem) > 2 else rf"{stem}[йяею]\b"
    in_digits = rf"(?<!\d)0?{month}\s?月|[-./]0?{month}(?!\d)|(?<!\d)0?{month}[./]\d"
    return bool(re.search(rf"\b(?:(?:{english}|{english[:3]}t?)\b|(?i:{russian}))|{in_digits}", text))


def states_number(texts: Iterable[str], value: Decimal) -> bool | None:
    """Whether `texts` have this number in digits, in any notation; None if it may be there in words."""
    text = "\n".join(texts)
    if value in possible_numbers(text):
        return True
    words = _LARGE_NUMBER_WORDS if value > _LARGE else _SMALL_NUMBER_WORDS
    return None if words.search(text) else False


def states_name(texts: Iterable[str], names: Iterable[str]) -> bool:
    """Whether `texts` have one of the names, in any script and with any ending."""
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
    """Whether a word is a name with a case ending, or an adjective of it."""
    if len(name) < _SHORT_NAME:
        return word.startswith(name) and len(word) <= len(name) + 2
    return word.startswith(stem := name.rstrip(_VOWELS) or name) and len(word) <= len(stem) + _LONGEST_ENDING
