"""Dates and numbers in English, Russian and Chinese notation. Imports only the standard library."""

import re
from collections.abc import Iterator
from decimal import Decimal

ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# The stem «ма» (May) requires an ending, because many other words begin with it.
RUSSIAN_STEMS = (
    "январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр",
)  # fmt: skip
_RUSSIAN_ENDINGS = {"март": "[ае]?", "ма": "[йяе]", "август": "[ае]?"}
# Regular expressions for the names of the months in the grammatical cases used in dates.
_RUSSIAN_MONTHS = tuple(stem + _RUSSIAN_ENDINGS.get(stem, "[ьяе]") for stem in RUSSIAN_STEMS)
RUSSIAN_MONTH = "|".join(_RUSSIAN_MONTHS)
# Abbreviations such as «янв.», «нояб.» and "Sept." are at least this long.
_SHORTEST = 3

MAX_DATE_LENGTH = 60
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)(?: ?(?:г\.?|года|году))?"
_WORD, _DAY = r"(?P<month>[^\W\d_]{3,})\.?", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = re.compile(
    r"\A(?:[a-z]{3,6}day|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье),? ", re.IGNORECASE
)
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_WORD},?[ -]{_YEAR}", rf"{_YEAR}[ -]{_WORD}", rf"{_DAY}[ -]{_WORD},?[ -]{_YEAR}",
        rf"{_WORD} {_DAY},? {_YEAR}", r"(?P<year>\d{4}) ?年(?: ?(?P<number>\d{1,2}) ?月(?: ?(?P<day>\d{1,2}) ?日)?)?",
        r"(?P<year>\d{4}) ?г(?:\.|од)?",
        # Numbers above 12 are not months, so the first number is the day.
        r"(?P<day>1[3-9]|2\d|3[01])(?P<sign>[./-])(?P<number>0?[1-9]|1[0-2])(?P=sign)(?P<year>\d{4})",
    )
]  # fmt: skip

# Russian words without their endings.
SCALES = {
    "thousand": 10**3, "k": 10**3, "lakh": 10**5, "million": 10**6, "mln": 10**6, "mn": 10**6, "m": 10**6,
    "crore": 10**7, "cr": 10**7, "billion": 10**9, "bn": 10**9, "bln": 10**9, "b": 10**9, "trillion": 10**12,
    "trln": 10**12, "tn": 10**12, "lakh crore": 10**12,
    "тысяч": 10**3, "тыс": 10**3, "миллион": 10**6, "млн": 10**6, "миллиард": 10**9, "млрд": 10**9,
    "триллион": 10**12, "трлн": 10**12,
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9,
    "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
}  # fmt: skip
_LONGEST_FIRST = sorted(SCALES, key=len, reverse=True)
# English abbreviations are omitted, because they are also units (350 m). 千 is also the prefix of a unit (350千瓦).
_SCALE = "|".join(
    word + "(?![米克瓦])" * (word == "千") for word in _LONGEST_FIRST if len(word) > 2 or not word.isascii()
)
# Matches "16,600,000", "16 600 000" and "21.39". A comma or a space separates thousands, and a point separates
# decimals.
_ENGLISH_NUMBER = re.compile(
    r"(?<![\w.,-])(?P<number>-?\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?|-?\d+(?:\.\d+)?)"
    rf"\s*(?P<scale>(?i:{_SCALE}))?",
    re.ASCII,
)
_ANY_NUMBER = re.compile(
    r"(?P<number>[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?|[0-9]+(?:[.,\uff0c][0-9]+)*)"
    rf"(?:[ \u00a0-]?[余多]?(?P<scale>(?i:{_SCALE}|(?:m|bn|tn)(?![a-z]))))?"
)


def month_number(name: str) -> int:
    """Returns the month's number for a name or abbreviation, or 0. Russian names may be inflected as in dates."""
    name = name.lower().rstrip(".")
    names = zip(ENGLISH_MONTHS, RUSSIAN_STEMS, _RUSSIAN_MONTHS, strict=True)
    for number, (english, stem, russian) in enumerate(names, 1):
        is_beginning = english.lower().startswith(name) or stem.startswith(name)
        if (is_beginning and len(name) >= _SHORTEST) or re.fullmatch(russian, name):
            return number
    return 0


def read_written_date(text: str) -> str:
    """Parses a written date, such as May 2024, май 2024 or 2024年5月, into EDTF with the precision of the text.

    Returns "" if the text is not a date or is ambiguous.
    """
    if len(text) > MAX_DATE_LENGTH:
        return ""
    text = _WEEKDAY.sub("", " ".join(text.split()))
    for pattern in _DATES:
        if match := pattern.fullmatch(text):
            parts = {name: part for name, part in match.groupdict().items() if part}
            if "month" in parts:
                parts["number"] = str(month_number(parts["month"]))
            numbers = [int(parts[name]) for name in ("number", "day") if name in parts]
            if 0 not in numbers:
                return "-".join([parts["year"], *(f"{number:02}" for number in numbers)])
    return ""


def scale_of(word: str | None) -> int:
    """Returns the factor of a scale such as "млн" or "millions". Returns 1 for other words."""
    word = (word or "").lower()
    return next((SCALES[each] for each in _LONGEST_FIRST if word.startswith(each)), 1)


def first_number(text: str) -> Decimal | None:
    """Returns the first number in a text in English notation, with its scale ("16.6 million trips" is 16600000)."""
    match = _ENGLISH_NUMBER.search(text)
    if not match:
        return None
    number = Decimal(re.sub(r"[^\d.-]", "", match["number"], flags=re.ASCII))
    return number * scale_of(match["scale"])


def possible_numbers(text: str) -> Iterator[Decimal]:
    """Yields all possible readings of the numbers in a text. "2,500" is 2500 in English and 2.5 in Russian."""
    for match in _ANY_NUMBER.finditer(text):
        digits = re.sub(r"[ \u00a0\u2009\u202f]", "", match["number"])
        whole, _mark, decimals = re.sub("[,\uff0c]", ".", digits).rpartition(".")
        for value in (
            Decimal(re.sub(r"\D", "", digits)),
            Decimal(f"{whole.replace('.', '') or 0}.{decimals}"),
        ):
            yield value
            yield value * scale_of(match["scale"])
