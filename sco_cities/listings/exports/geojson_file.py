"""A list as GeoJSON (RFC 7946): a feature for each record, where its cities are.

A record in a list of places that several cities may take part in has all of them as one MultiPoint, other
records a Point; one whose place is not known has no geometry, and is there all the same.
"""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal

from sco_cities.listings.columns import Column, Point
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from . import attribution
from .csv_cells import moment
from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat


def place_columns(listing: Listing) -> list[Column]:
    """The columns that say where records are."""
    return [column for column in listing.columns if column.gives_places]


def write_geojson(export: Export) -> Iterator[bytes]:
    """The file, in blocks."""
    features = _Features(export)
    said = {
        "list": export.selection.heading,
        "address": export.page,
        "read_at": moment(export.moment),
        "count": export.count,
        "credits": attribution.attribution_lines(),
    }
    start = f'{{"type":"FeatureCollection","metadata":{_json(said)},"features":['
    for keys in export.blocks():
        yield (start + ",".join(features(keys))).encode()
        start = ","
    # Of an empty list all is still to come.
    yield (("" if start == "," else start) + "]}\n").encode()


class _Features:
    """Makes the features of some records."""

    def __init__(self, export: Export):
        self.export = export
        self.placing = place_columns(export.listing)
        self.is_several = any(column.places_are_several for column in self.placing)
        columns = (*export.options.columns, *self.placing)
        self.fields = ["slug", *(field for column in columns for field in column.fields)]

    def __call__(self, keys: list[int]) -> Iterator[str]:
        block = RowBatch(self.export.listing, self.export.selection.state, keys, self.fields)
        names, columns = zip(*self.export.options.read_columns(block), strict=True)
        names = (*names, "address")
        places = zip(*(column.places(block) for column in self.placing), strict=True)
        rows = zip(*columns, strict=True)
        for slug, found, row in zip(block.field("slug"), places, rows, strict=True):
            points = list(dict.fromkeys(point for some in found for point in some))
            values = (*map(_plain, row), self.export.address_of(slug))
            feature = {
                "type": "Feature",
                "id": slug,
                "geometry": self._geometry(points),
                "properties": dict(zip(names, values, strict=True)),
            }
            yield _json(feature)

    def _geometry(self, points: list[Point]) -> dict | None:
        if not points:
            return None
        if self.is_several:
            return {"type": "MultiPoint", "coordinates": points}
        return {"type": "Point", "coordinates": points[0]}


def _plain(value):
    """A value as JSON has it; what is not known is null."""
    if value == "":
        return None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _json(value) -> str:
    return _encoder.encode(value)


GEOJSON = ExportFormat(
    "geojson",
    "application/geo+json",
    write_geojson,
    (COLUMNS, LABELS),
    fits=lambda listing: bool(place_columns(listing)),
)
