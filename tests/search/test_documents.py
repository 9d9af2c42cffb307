"""Search documents say what the records say, however these are written."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction
from pyroaring import BitMap

from sco_cities.cities.models import City
from sco_cities.search import documents
from sco_cities.search.fulltext_query import matching
from sco_cities.search.query_parser import QueryTerm, SearchQuery
from sco_cities.sources.base_models import record_models
from tests import factories as make

pytestmark = pytest.mark.django_db


def holding(model, token: str) -> BitMap:
    return matching(
        {model.collection: SearchQuery(((((QueryTerm(token, may_go_on=False),),),),))}, "default"
    )[model.collection]


def check(model, *gone: str) -> None:
    """The documents of all records of `model` hold the tokens of their texts, and those that are `gone` in none."""
    texts = dict(model.objects.values_list("pk", "search_text"))
    tokens = {token for text in texts.values() for token in text.split()}
    for token in tokens:
        assert holding(model, token) == BitMap(pk for pk, text in texts.items() if token in text.split())
    for token in gone:
        assert token not in tokens
        assert not holding(model, token)


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


WAYS = {
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


@pytest.mark.parametrize(("write", "number"), WAYS.values(), ids=WAYS)
def test_documents_follow_every_way_of_writing(write, number):
    city = make.make_city("alphaville")
    check(City)
    assert len(holding(City, "alphaville")) == 1
    write(city)
    assert City.objects.count() == number
    check(City, "alphaville")


def test_records_made_in_bulk_have_documents():
    country = make.make_country()
    City.objects.bulk_create(
        City(slug=f"city-{number}", name_en=f"City {number:03}", country=country, latitude=1, longitude=1)
        for number in range(300)
    )
    assert len(holding(City, "city")) == 300
    assert len(holding(City, "007")) == 1


def test_what_is_rolled_back_leaves_no_document():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make.make_city("alphaville")
        raise ZeroDivisionError
    check(City, "alphaville")


def test_a_change_of_anything_else_leaves_the_documents_alone():
    city = make.make_city("alphaville")
    City.objects.update(population=5)
    assert holding(City, "alphaville") == BitMap([city.pk])


@pytest.mark.only_on("postgresql")
def test_an_emptied_table_leaves_no_documents():
    make.make_city("alphaville")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("TRUNCATE cities_city CASCADE")
    check(City, "alphaville")


@pytest.mark.only_on("postgresql")
def test_vectors_are_kept_out_of_the_rows():
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
    """The bytes of the documents' rows, and with what is kept outside of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('search_cities'), pg_total_relation_size('search_cities')")
        return cursor.fetchone()


@pytest.mark.parametrize("event", ["insert", "update", "delete"])
def test_after_a_migration_that_dropped_a_trigger_the_documents_are_made_anew(event):
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


def test_what_is_installed_is_left_as_it_is(django_assert_max_num_queries):
    make.make_city("alphaville")
    with django_assert_max_num_queries(5 * len(record_models())) as asked:
        documents.install("default")
    changes = ("CREATE", "DROP", "INSERT", "TRUNCATE", "LOCK")
    assert [query["sql"] for query in asked if query["sql"].startswith(changes)] == []


@pytest.mark.usefixtures("loaded")
def test_texts_of_records_from_before_are_spelled_anew():
    respell = import_module("sco_cities.search.migrations.0001_respell").respell
    expected = {model: dict(model.objects.values_list("pk", "search_text")) for model in record_models()}
    for model in record_models():
        model.objects.update(search_text="as it was")
    respell(apps, SimpleNamespace(connection=connection))
    for model in record_models():
        assert dict(model.objects.values_list("pk", "search_text")) == expected[model]
        assert len(expected[model]) > 10
    assert len(holding(City, "dushanbe")) == 1
