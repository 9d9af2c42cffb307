"""A model of the values of an initiative after edits, merges of two edits, and reverts."""

from initiatives.models import Status
from sco_cities.history import delta

VALUES = {
    "title_en": ("Lamps", "Torches", "Lights, and “more” of them"),
    "title_ru": ("", "Лампы", "Фонари"),
    "status": tuple(Status.values[:4]),
    "starts_on": ("2023", "2024-05", "2024/2026"),
    "themes": (["lamps"], ["streets", "trams"], ["lamps", "trams"]),
}
Values = dict[str, object]


def merged(original: Values, theirs: Values, yours: Values) -> Values | None:
    """Returns the values after an edit of `original`, or None if both sides changed a value differently."""
    if any(theirs[name] not in (original[name], value) for name, value in yours.items()):
        return None
    return theirs | yours


def reverted(values: Values, changes: delta.Delta) -> Values:
    """Returns the values after a revert of the changes that are still in effect."""
    result = dict(values)
    for name, change in changes.items():
        if isinstance(change, list):
            if values[name] == change[1]:
                result[name] = change[0]
        elif not set(change["added"]) - set(values[name]) and not set(change["removed"]) & set(values[name]):
            result[name] = sorted(set(values[name]) - set(change["added"]) | set(change["removed"]))
    return result


def cells_of(values: Values) -> dict[str, str]:
    return {name: "; ".join(value) if name == "themes" else value for name, value in values.items()}
