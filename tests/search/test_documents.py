"""Search documents match their records after every kind of write."""

import pytest
from django.db import connection, transaction
from pyroaring import BitMap

from sco_cities.cities.models import City
from sco_cities.search import documents
from sco_cities.search.fulltext_query import QueryTerm, SearchQuery, matching_keys
from sco_cities.sources.base_models import record_models
from tests import factories as make

pytestmark = pytest.mark.django_db


def keys_with_token(model, token: str) -> BitMap:
    return matching_keys(
        {model.collection: SearchQuery(((((QueryTerm(token, is_prefix=False),),),),))}, "default"
    )[model.collection]


def check(model, *gone: str) -> None:
    """Checks that the documents of `model` contain exactly the tokens of the search texts, and no token of `gone`."""
    texts = dict(model.objects.values_list("pk", "search_text"))
    tokens = {token for text in texts.values() for token in text.split()}
    for token in tokens:
        assert keys_with_token(model, token) == BitMap(
            pk for pk, text in texts.items() if token in text.split()
        )
    for token in gone:
        assert token not in tokens
        assert not keys_with_token(model, token)


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rename(city):
    city.name_en = "Betaville"
    city.save()


def rename_in_bulk(city):
    city.search_text = "betaville"
    City.objects.bulk_update([city], ["search_text"])


def insert_over(city):
    city.name_en = "Betaville"
    City.objects.bulk_create(
        [city], update_conflicts=True, unique_fields=["id"], update_fields=["name_en", "search_text"]
    )


WRITES = {
    "save": (rename, 1),
    "bulk update": (rename_in_bulk, 1),
    "insert over": (insert_over, 1),
    "update": (lambda city: City.objects.update(search_text="betaville"), 1),
    "SQL update": (lambda city: execute("UPDATE cities_city SET search_text = 'betaville'"), 1),
    "SQL update of key": (
        lambda city: execute("UPDATE cities_city SET id = 77, search_text = 'betaville'"),
        1,
    ),
    "delete": (lambda city: city.delete(), 0),
    "bulk delete": (lambda city: City.objects.all().delete(), 0),
    "SQL delete": (lambda city: execute("DELETE FROM cities_city"), 0),
}


@pytest.mark.parametrize(("write", "number"), WRITES.values(), ids=WRITES)
def test_documents_follow_every_kind_of_write(write, number):
    city = make.make_city("alphaville")
    check(City)
    assert len(keys_with_token(City, "alphaville")) == 1
    write(city)
    assert City.objects.count() == number
    check(City, "alphaville")


def test_records_created_in_bulk_have_documents():
    country = make.make_country()
    City.objects.bulk_create(
        City(slug=f"city-{number}", name_en=f"City {number:03}", country=country, latitude=1, longitude=1)
        for number in range(300)
    )
    assert len(keys_with_token(City, "city")) == 300
    assert len(keys_with_token(City, "007")) == 1


def test_a_rollback_leaves_no_document():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make.make_city("alphaville")
        raise ZeroDivisionError
    check(City, "alphaville")


def test_a_change_of_another_field_leaves_the_documents_unchanged():
    city = make.make_city("alphaville")
    City.objects.update(population=5)
    assert keys_with_token(City, "alphaville") == BitMap([city.pk])


@pytest.mark.only_on("postgresql")
def test_truncating_a_table_removes_its_documents():
    make.make_city("alphaville")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("TRUNCATE cities_city CASCADE")
    check(City, "alphaville")


@pytest.mark.only_on("postgresql")
def test_vectors_are_stored_out_of_line():
    country = make.make_country()
    aliases = "; ".join(f"Name{number}" for number in range(40))
    cities = [
        City(slug=f"city-{number}", name_en="City", aliases=aliases, country=country, latitude=1, longitude=1)
        for number in range(300)
    ]
    before = sizes()
    City.objects.bulk_create(cities)
    rows, everything = (size - former for size, former in zip(sizes(), before, strict=True))
    assert rows < 300 * 120
    assert everything > 300 * 400


def sizes() -> tuple[int, int]:
    """Returns the document table's size in bytes, without and with its out-of-line storage."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('search_cities'), pg_total_relation_size('search_cities')")
        return cursor.fetchone()


@pytest.mark.parametrize("event", ["insert", "update", "delete"])
def test_documents_are_rebuilt_after_a_migration_dropped_a_trigger(event):
    make.make_city("alphaville")
    on = "" if connection.vendor == "sqlite" else " ON cities_city"
    execute(f"DROP TRIGGER search_cities_{event}{on}")
    City.objects.all().delete() if event == "delete" else None
    City.objects.update(search_text="betaville")
    make.make_city("gammaville")
    documents.install("default")
    check(City, "alphaville")
    rename(City.objects.get(slug="gammaville"))
    check(City, "gammaville")


def test_installed_tables_are_left_unchanged(django_assert_max_num_queries):
    make.make_city("alphaville")
    with django_assert_max_num_queries(5 * len(record_models())) as queries:
        documents.install("default")
    changes = ("CREATE", "DROP", "INSERT", "TRUNCATE", "LOCK")
    assert [query["sql"] for query in queries if query["sql"].startswith(changes)] == []
