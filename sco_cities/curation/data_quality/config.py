"""What a kind of record says of itself for the board: where its date, its place and its themes are."""

from dataclasses import dataclass

from sco_cities.sources.base_models import Record


@dataclass(frozen=True)
class DataQualityConfig:
    """How the board looks at a kind of record; its admin declares it as `health`.

    `dates` and `places` are fields of which one should be filled; a kind without them needs no date, or no place.
    `status` is the field whose evidence grows old. `countries` and `themes` are lookups that lead to the countries
    and themes of a record ("pk" for the kind itself), by which the board is narrowed.
    """

    dates: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    status: str = ""
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


LANGUAGES = ("ru", "zh")


def translated_fields(model: type[Record]) -> dict[str, tuple[str, ...]]:
    """By field that is there in English, those that say the same in the other languages."""
    fields = {field.name for field in model._meta.concrete_fields}
    stems = (name.removesuffix("_en") for name in model.evidence_fields if name.endswith("_en"))
    return {
        f"{stem}_en": tuple(f"{stem}_{code}" for code in LANGUAGES if f"{stem}_{code}" in fields)
        for stem in stems
    }
