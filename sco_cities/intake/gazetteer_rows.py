"""Cities of the gazetteer as values of a new draft: names, place and identifiers, and nothing else."""

import csv
from functools import lru_cache
from pathlib import Path

from django.conf import settings

_FOLDER = Path(settings.BASE_DIR) / "data" / "gazetteer"
_COLUMNS = ("name_en", "name_ru", "name_zh", "latitude", "longitude", "geonames_id", "wikidata_id")


@lru_cache(maxsize=256)
def city_values(geonames_id: str) -> dict[str, str]:
    """The values of the city with this GeoNames number; none if the gazetteer lacks it. `country` is a code."""
    if not geonames_id:
        return {}
    # The first file is of the region and has identifiers of Wikidata; the second is of the world.
    for name in ("cities.csv", "world.csv"):
        with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["geonames_id"] == geonames_id:
                    values = {column: row[column].split("; ")[0] for column in _COLUMNS if row.get(column)}
                    return values | {"country": row["country"].lower()}
    return {}
