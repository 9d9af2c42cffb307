"""Lists can be sorted by the names of related records."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db

# A list, a sort column, a factory of a related record, and a factory of a record that refers to the related record.
COLUMNS = (
    ("cities", "country", make.make_country, lambda slug, country: make.make_city(slug, country)),
    ("organisations", "city", make.make_city, lambda slug, city: make.make_organisation(slug, city=city)),
    ("organisations", "country", make.make_country,
     lambda slug, country: make.make_organisation(slug, country=country)),
    ("events", "host_city", make.make_city, lambda slug, city: make.make_event(slug, host_city=city)),
    ("delegates", "organisation", make.make_organisation,
     lambda slug, office: make.make_delegate(slug, organisation=office)),
    ("delegates", "city", make.make_city, lambda slug, city: make.make_delegate(slug, city=city)),
    ("delegates", "country", make.make_country, lambda slug, country: make.make_delegate(slug, country=country)),
    ("statements", "delegate", make.make_delegate, lambda slug, ada: make.make_statement(slug, delegate=ada)),
    ("statements", "event", make.make_event, lambda slug, event: make.make_statement(slug, event=event)),
    ("statements", "organisation", make.make_organisation,
     lambda slug, office: make.make_statement(slug, delegate=make.make_delegate(slug, organisation=office))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("collection", "column", "make_related", "make_record"),
    COLUMNS,
    ids=[f"{each[0]}-{each[1]}" for each in COLUMNS],
)
def test_records_with_an_unpublished_related_record_are_last(
    collection, column, make_related, make_record, client
):
    def orders() -> list[list[str]]:
        address = f"/{collection}.csv?columns=slug&sort="
        files = (b"".join(client.get(address + sort)).decode() for sort in (column, f"-{column}"))
        return [file.split()[1:] for file in files]

    first, between, last = (make_related(slug, name_en=slug.title()) for slug in ("xa", "xb", "xc"))
    for slug, related in (("of-first", first), ("of-between", between), ("of-last", last)):
        make_record(slug, related)
    published = [["of-first", "of-between", "of-last"], ["of-last", "of-between", "of-first"]]
    assert orders() == published
    for state in ("draft", "withdrawn"):
        type(between).objects.filter(pk=between.pk).update(state=state)
        assert orders() == [["of-first", "of-last", "of-between"], ["of-last", "of-first", "of-between"]]
    type(between).objects.filter(pk=between.pk).update(state="published")
    assert orders() == published
