"""Compares a reading's findings with the labels of a report."""

import re
from collections import Counter
from typing import NamedTuple

from sco_cities.names.vocabulary import vocabulary

FIELDS = ("persons", "cities", "countries", "organisations", "figures", "themes", "initiatives")
_TOO_FIRM = ("interest", "proposed", "agreed", "under_way", "operating", "completed")
_UNITS = {row.word.lower(): row.meaning for row in vocabulary("units")}


class Outcome(NamedTuple):
    """Labels and findings of one field, as agreeing pairs, findings without a label, and labels without a finding."""

    right: list[tuple[dict, dict]]
    wrong: list[dict]
    missing: list[dict]


def outcome(field: str, labels: list, found: list[dict], text: str) -> Outcome:
    """Pairs each label with at most one finding."""
    labels = [label if isinstance(label, dict) else {"name": label} for label in labels]
    pairs, left = [], list(found)
    for label in labels:
        match = next((each for each in left if _SAME[field](label, each, text)), None)
        if match is not None:
            left.remove(match)
            pairs.append((label, match))
    matched = [label for label, _ in pairs]
    return Outcome(pairs, left, [label for label in labels if label not in matched])


def details(field: str, result: Outcome) -> Counter:
    """Counts how many of the pairs also agree in role, qualifier, unit or status."""
    counts = Counter()
    for label, found in result.right:
        if field == "persons":
            counts["role", _similar(label["role"], found["role"]) >= 0.5] += 1
        elif field == "figures":
            counts["qualifier", label["qualifier"] == found["qualifier"]] += 1
            counts["unit", _unit(label["unit"]) == _unit(found["unit"])] += 1
        elif field == "initiatives":
            counts["status", label["status"] == found["status"]] += 1
            counts["too firm", True] += _is_too_firm(label["status"], found["status"])
    return counts


def _named(label: dict, found: dict, text: str) -> bool:
    return any(
        _comparable(label["name"]) == _comparable(name) for name in (found["name"], *found.get("names", ()))
    )


def _body(label: dict, found: dict, text: str) -> bool:
    return any(_similar(label["name"], name) >= 0.75 for name in (found["name"], *found.get("names", ())))


def _figure(label: dict, found: dict, text: str) -> bool:
    return label["value"] == found["value"] and _overlaps(label["quote"], found, text)


def _initiative(label: dict, found: dict, text: str) -> bool:
    return _overlaps(label["quote"], found, text) and bool(set(label["cities"]) & set(_city_names(found)))


def _city_names(found: dict) -> list[str]:
    return [name for names in found["cities"] for name in names.split("|")]


_SAME = {
    "persons": _named,
    "cities": _named,
    "countries": lambda label, found, text: label["name"] == found["code"],
    "organisations": _body,
    "figures": _figure,
    "themes": lambda label, found, text: label["name"] == found["slug"],
    "initiatives": _initiative,
    "events": lambda label, found, text: any(_similar(label["name"], name) >= 0.6 for name in found["names"]),
}  # fmt: skip


def _overlaps(quote: str, found: dict, text: str) -> bool:
    starts = [match.start() for match in re.finditer(re.escape(quote), text)]
    return any(
        start < span[1] and span[0] < start + len(quote) for start in starts for span in found["spans"]
    )


def _comparable(name: str) -> str:
    return "".join(each for each in name.lower().replace("ё", "е") if each.isalnum())


def _similar(first: str, second: str) -> float:
    """The share of words that two names have in common, ignoring case endings, from 0 to 1.

    In Chinese, pairs of characters are compared.
    """
    one, other = _parts(first), _parts(second)
    common = sum((one & other).values())
    return 2 * common / (sum(one.values()) + sum(other.values())) if one and other else 0.0


def _parts(name: str) -> Counter:
    name = name.lower().replace("ё", "е")
    if re.search("[\u3400-\u9fff]", name):
        return Counter(name[index : index + 2] for index in range(len(name) - 1))
    words = [
        word for word in re.findall(r"\w+", name) if word not in {"the", "of", "a", "an", "and", "и", "по"}
    ]
    return Counter(word[:5] for word in words)


def _unit(unit: str) -> str:
    unit = unit.lower()
    return _UNITS.get(unit, unit)


def _is_too_firm(label: str, found: str) -> bool:
    if label not in _TOO_FIRM or found not in _TOO_FIRM:
        return False
    return _TOO_FIRM.index(found) > _TOO_FIRM.index(label)
