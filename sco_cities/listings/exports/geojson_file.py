"""Writes a list as GeoJSON (RFC 7946), with one feature per record at the coordinates of its cities.

The geometry is a MultiPoint if the kind of record can have several cities, and otherwise a Point. The geometry is null
if no coordinates are known.
"""

from collections.abc import Iterator

import orjson

from sco_cities.listings.columns import Column, Point
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from . import attribution
from .json_rows import ORJSON_OPTIONS, json_values
from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat


def point_columns(listing: Listing) -> list[Column]:
    """Returns the columns that contain coordinates."""
    return [column for column in listing.columns if column.has_points]


def write_geojson(export: Export) -> Iterator[bytes]:
    """Writes the file in batches."""
    metadata = {
        "list": export.list_query.heading,
        "url": export.page_url,
        "read_at": export.exported_at,
        "count": export.count,
        "credits": attribution.attribution_lines(),
    }
    licence = _json(attribution.LICENCE_URL)
    start = b'{"type":"FeatureCollection","license":%b,"metadata":%b,"features":[' % (
        licence,
        _json(metadata),
    )
    for keys in export.key_batches():
        yield start + b",".join(_features(export, keys))
        start = b","
    # An empty list has no batches, so the start of its file has not been sent yet.
    yield (b"" if start == b"," else start) + b"]}\n"


def _features(export: Export, keys: list[int]) -> Iterator[bytes]:
    """Writes a batch of records as features."""
    places = point_columns(export.listing)
    has_several = any(column.is_list for column in places)
    fields = ["slug", *(field for column in (*export.params.columns, *places) for field in column.fields)]
    batch = RowBatch(export.listing, export.list_query.state, keys, fields)
    names, columns = zip(*export.params.read_columns(batch), strict=True)
    points_by_column = zip(*(column.points(batch) for column in places), strict=True)
    rows = zip(*map(json_values, columns), strict=True)
    for slug, groups, row in zip(batch.field("slug"), points_by_column, rows, strict=True):
        points = list(dict.fromkeys(point for group in groups for point in group))
        feature = {
            "type": "Feature",
            "id": slug,
            "geometry": _geometry(points, has_several=has_several),
            "properties": dict(zip(names, row, strict=True)) | {"url": export.record_url(slug)},
        }
        yield _json(feature)


def _geometry(points: list[Point], *, has_several: bool) -> dict | None:
    if not points:
        return None
    if has_several:
        return {"type": "MultiPoint", "coordinates": points}
    return {"type": "Point", "coordinates": points[0]}


def _json(value) -> bytes:
    return orjson.dumps(value, option=ORJSON_OPTIONS)


GEOJSON = ExportFormat(
    "geojson",
    "application/geo+json",
    write_geojson,
    (COLUMNS, LABELS),
    supports=lambda listing: bool(point_columns(listing)),
)
