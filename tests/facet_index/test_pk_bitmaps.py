import pytest
from pyroaring import BitMap

from initiatives.models import Initiative
from sco_cities.facet_index.pk_bitmaps import KeyArray, read_key_array, read_keys
from tests import factories as make


@pytest.mark.django_db
def test_the_database_aggregates_the_keys_of_each_group():
    agreed = {make.make_initiative(slug, status="agreed").pk for slug in ("one", "two")}
    stalled = {make.make_initiative("three", status="stalled").pk}
    rows = Initiative.objects.order_by().values_list("status").annotate(keys=KeyArray("pk"))
    assert {status: set(keys) for status, keys in rows} == {"agreed": agreed, "stalled": stalled}


@pytest.mark.django_db
def test_the_keys_of_no_rows_are_an_empty_bitmap():
    assert Initiative.objects.aggregate(keys=KeyArray("pk"))["keys"] == BitMap()


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        (None, []),
        ("", []),
        ("00000007", [7]),
        ("00000003 00010000 ffffffff", [3, 65_536, 4_294_967_295]),
        (b"", []),
        (b"\x00\x00\x00\x03\x00\x01\x00\x00", [3, 65_536]),
        (memoryview(b"\xff\xff\xff\xff"), [4_294_967_295]),
    ],
)
def test_a_cell_of_either_database_is_read_in_order(cell, keys):
    assert read_key_array(cell).tolist() == keys
    assert read_keys(cell) == BitMap(keys)


@pytest.mark.parametrize("cell", ["100000000", "00000001 100000000 00000002", "100000000 00000002"])
def test_a_key_wider_than_32_bits_is_an_error(cell):
    with pytest.raises(OverflowError):
        read_key_array(cell)
