"""Cities of the gazetteer as values of a new draft: names, place and identifiers, and nothing else."""

from functools import lru_cache

from sco_cities.cities import gazetteer

_COLUMNS = ("name_en", "name_ru", "name_zh", "latitude", "longitude", "geonames_id", "wikidata_id")


@lru_cache(maxsize=256)
def city_values(geonames_id: str) -> dict[str, str]:
    """The values of the city with this GeoNames number; none if the gazetteer lacks it. `country` is a code."""
    if not geonames_id:
        return {}
    for file in (gazetteer.REGION, gazetteer.WORLD):
        for row in gazetteer.rows(file):
            if row["geonames_id"] == geonames_id:
                values = {column: row[column].split("; ")[0] for column in _COLUMNS if row.get(column)}
                return values | {"country": row["country"].lower()}
    return {}
