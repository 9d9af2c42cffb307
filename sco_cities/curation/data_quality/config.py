"""The data quality configuration of a kind of record: its date, place, status, country and theme fields."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataQualityConfig:
    """How data quality is measured for a kind of record; its admin declares it as `data_quality`.

    `dates` and `places` are fields of which at least one should be filled; a kind without them needs no date or
    place. `status` is the field whose evidence becomes stale. `countries` and `themes` are lookups to the countries
    and themes of a record ("pk" for the kind itself), used by the filters of the report.
    """

    dates: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    status: str = ""
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
