"""Writes a list as GeoJSON (RFC 7946), with a feature per record at the coordinates of its cities.

The geometry is a MultiPoint for kinds of record that can have several cities, and a Point for others. Without known
coordinates it is null.
"""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal

from sco_cities.listings.columns import Column, Point
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from . import attribution
from .csv_file import format_utc
from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat


def point_columns(listing: Listing) -> list[Column]:
    """The columns that supply coordinates."""
    return [column for column in listing.columns if column.has_points]


def write_geojson(export: Export) -> Iterator[bytes]:
    """Writes the file in batches."""
    features = _Features(export)
    metadata = {
        "list": export.list_query.heading,
        "url": export.page_url,
        "read_at": format_utc(export.exported_at),
        "count": export.count,
        "credits": attribution.attribution_lines(),
    }
    licence = _json(attribution.LICENCE_URL)
    start = f'{{"type":"FeatureCollection","license":{licence},"metadata":{_json(metadata)},"features":['
    for keys in export.key_batches():
        yield (start + ",".join(features(keys))).encode()
        start = ","
    # An empty list has no batches, so the start has not been sent yet.
    yield (("" if start == "," else start) + "]}\n").encode()


class _Features:
    """Writes a batch of records as features."""

    def __init__(self, export: Export):
        self.export = export
        self.point_columns = point_columns(export.listing)
        self.is_multi_point = any(column.is_list for column in self.point_columns)
        columns = (*export.params.columns, *self.point_columns)
        self.fields = ["slug", *(field for column in columns for field in column.fields)]

    def __call__(self, keys: list[int]) -> Iterator[str]:
        batch = RowBatch(self.export.listing, self.export.list_query.state, keys, self.fields)
        names, columns = zip(*self.export.params.read_columns(batch), strict=True)
        names = (*names, "url")
        points_by_column = zip(*(column.points(batch) for column in self.point_columns), strict=True)
        rows = zip(*columns, strict=True)
        for slug, groups, row in zip(batch.field("slug"), points_by_column, rows, strict=True):
            points = list(dict.fromkeys(point for group in groups for point in group))
            values = (*map(_json_value, row), self.export.record_url(slug))
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
        if self.is_multi_point:
            return {"type": "MultiPoint", "coordinates": points}
        return {"type": "Point", "coordinates": points[0]}


def _json_value(value):
    """Converts a value to JSON. Unknown values become null."""
    if value == "":
        return None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return format_utc(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _json(value) -> str:
    return _encoder.encode(value)


GEOJSON = ExportFormat(
    "geojson",
    "application/geo+json",
    write_geojson,
    (COLUMNS, LABELS),
    supports=lambda listing: bool(point_columns(listing)),
)
