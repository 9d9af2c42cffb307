"""Dates as people write them, where they can mean only one day or month: May 2024, май 2024, 2024年5月."""

import re

# The beginnings of the names, and what may follow in English and Russian, in the cases that dates have.
_MONTHS = (
    r"jan(?:uary)?|янв(?:ар[ьяе])?", r"feb(?:ruary)?|фев(?:р(?:ал[ьяе])?)?", r"mar(?:ch)?|мар(?:т[ае]?)?",
    r"apr(?:il)?|апр(?:ел[ьяе])?", r"may|ма[йяе]", r"june?|июн[ьяе]?", r"july?|июл[ьяе]?",
    r"aug(?:ust)?|авг(?:уст[ае]?)?", r"sept?(?:ember)?|сент?(?:ябр[ьяе])?", r"oct(?:ober)?|окт(?:ябр[ьяе])?",
    r"nov(?:ember)?|ноя(?:б(?:р[ьяе])?)?", r"dec(?:ember)?|дек(?:абр[ьяе])?",
)  # fmt: skip
MAX_LENGTH = 60
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)(?: ?(?:г\.?|года|году))?"
_WORD, _DAY = r"(?P<month>[^\W\d_]{3,})\.?", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_WORD},?[ -]{_YEAR}", rf"{_YEAR}[ -]{_WORD}", rf"{_DAY}[ -]{_WORD},?[ -]{_YEAR}",
        rf"{_WORD} {_DAY},? {_YEAR}", r"(?P<year>\d{4}) ?年(?: ?(?P<number>\d{1,2}) ?月(?: ?(?P<day>\d{1,2}) ?日)?)?",
        r"(?P<year>\d{4}) ?г(?:\.|од)?",
        # No month has this number: it is the day.
        r"(?P<day>1[3-9]|2\d|3[01])(?P<sign>[./-])(?P<number>0?[1-9]|1[0-2])(?P=sign)(?P<year>\d{4})",
    )
]  # fmt: skip


def read_written_date(text: str) -> str:
    """The date in EDTF, with the precision of the text; "" if the text is no such date."""
    if len(text) > MAX_LENGTH:
        return ""
    text = " ".join(text.split())
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            parts = {name: part for name, part in match.groupdict().items() if part}
            if "month" in parts:
                parts["number"] = str(_month(parts["month"]))
            numbers = [int(parts[name]) for name in ("number", "day") if name in parts]
            if 0 not in numbers:
                return "-".join([parts["year"], *(f"{number:02}" for number in numbers)])
    return ""


def _month(name: str) -> int:
    """The number of a month by its name; 0 if it is none."""
    return next((n for n, names in enumerate(_MONTHS, 1) if re.fullmatch(names, name, re.IGNORECASE)), 0)
