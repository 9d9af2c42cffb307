"""Every page and command requires evidence or a confirmation for a changed value of a published record.

The table of writers contains the page and the command of each writer, if they exist. The values are a status, a date, a
city and a figure, which need separate evidence. The pages for evidence and translations do not write such values, and
the intake page has no tick box (`tests/intake/test_write_views.py`).
"""

import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import CommandError
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.changes.changed_values import changed_since_published
from sco_cities.curation.data_quality.field_coverage import confirmed_values
from sco_cities.history.models import ChangeSet
from tests import factories as make
from tests.curation.admin_client import (
    admin_url,
    form_data,
    messages_in,
    run_action,
    soup,
    with_new_row,
)
from tests.curation.bulk_edit_steps import edit
from tests.curation.evidence_steps import add_evidence_url, claim_data
from tests.curation.test_merge_page import send as merge
from tests.datapackage import package_edits
from tests.datapackage.sample_package import load, make_package
from tests.history.snapshots import edit as edit_record
from tests.history.snapshots import recording
from tests.imports.import_pages import applied, checked
from tests.imports.sheets import as_csv, export, rows_of
from tests.imports.test_command import run, save

pytestmark = pytest.mark.django_db

TICK = {"evidence_stands": "on"}
NEW = {"status": "completed", "starts_on": "2023", "cities": ["alphaville", "betatown"], "figure": 13}


@pytest.fixture
def lamps(db):
    """A published initiative with evidence for each value, and a city that can be added to it."""
    make.make_city("betatown")
    record = make.make_initiative(
        "lamps", lead=[make.make_city()], themes=[make.make_theme()], status="operating"
    )
    make.make_figure(record)
    make.support_everything(record)
    return record


def value_of(record, name):
    record = Initiative.objects.get(pk=record.pk)
    if name == "cities":
        return sorted(record.cities.values_list("slug", flat=True))
    return record.figures.get().value if name == "figure" else getattr(record, name)


def change(record, name, value=None) -> None:
    """Writes `value`, or the value in NEW, directly."""
    if name == "cities":
        city = make.City.objects.get(slug="betatown")
        if value is None:
            record.city_roles.create(city=city, role="lead")
        else:
            record.city_roles.filter(city=city).delete()
    elif name == "figure":
        record.figures.update(value=value or NEW[name])
    else:
        setattr(record, name, value or NEW[name])
        record.save()


def by_form(client, record, name, ticked):
    data = form_data(client.get(admin_url(record, "change")))
    if name == "cities":
        city = make.City.objects.get(slug="betatown")
        data = with_new_row(data, "city_roles", city=city.pk, role="lead")
    elif name == "figure":
        data["sources-figure-content_type-object_id-0-value"] = str(NEW[name])
    else:
        data[name] = NEW[name]
    client.post(admin_url(record, "change"), data | (TICK if ticked else {}))


def by_bulk_edit(client, record, name, ticked):
    edit(client, [record], **{f"set_{name}": NEW[name]}, **(TICK if ticked else {}))


def by_merge(client, record, name, ticked):
    """Merges a draft without evidence into the record and keeps the value of the draft."""
    values = {} if name in ("cities", "figure") else {name: NEW[name]}
    other = make.make_initiative("torches", state="draft", **values)
    if name == "cities":
        other.city_roles.create(city=make.City.objects.get(slug="betatown"), role="lead")
    elif name == "figure":
        make.make_figure(other, value=NEW[name])
    key = "figure:lamps" if name == "figure" else name
    chosen = {} if name == "cities" else {f"value:{key}": "goes"}
    page = merge(client, record, other, **chosen, **(TICK if ticked else {}))
    Initiative.objects.filter(slug="torches").delete()
    return page


def _sheet(name) -> bytes:
    column, cell = ("lead_cities", "alphaville; betatown") if name == "cities" else (name, NEW[name])
    return as_csv([row | {column: cell} for row in rows_of(export("initiatives"))])


def by_import(client, record, name, ticked):
    tick = {"values_shown": f"2:{name}", "stands": f"2:{name}"} if ticked else {}
    applied(client, checked(client, _sheet(name)), **tick)


def by_import_command(client, record, name, ticked):
    with TemporaryDirectory() as folder:
        run(save(Path(folder), _sheet(name)), "--apply", *(["--evidence-stands"] if ticked else []))


def _package(folder, name):
    """A package of the whole database, with the new value."""
    rows, lamps = package_edits.stored_rows(), ("lamps",)
    if name == "cities":
        row = {"initiative": "lamps", "city": "betatown", "role": "lead"}
        rows["initiative_cities"]["lamps", "betatown"] = row
    elif name == "figure":
        key = ("initiatives:lamps", "lamps")
        rows = package_edits.changed(rows, "figures", key, value=str(NEW[name]))
    else:
        rows = package_edits.changed(rows, "initiatives", lamps, **{name: NEW[name]})
    return make_package(folder, package_edits.texts_of(rows))


def by_package(client, record, name, ticked, write=load):
    with TemporaryDirectory() as folder, suppress(CommandError):
        write(_package(Path(folder), name), evidence_stands=ticked)


def by_update(client, record, name, ticked):
    with TemporaryDirectory() as folder:
        load(make_package(Path(folder), package_edits.texts_of(package_edits.stored_rows())))
    by_package(client, record, name, ticked, package_edits.update)


def by_revert(client, record, name, ticked):
    """Reverts to the former value without restoring its evidence."""
    field = {"cities": "city_roles", "figure": "figures"}.get(name, name)
    if not ChangeSet.objects.exists():
        old = value_of(record, name)
        change(record, name)
        make.support_everything(record, make.make_report("herald").passages.get())
        with recording(record):
            change(record, name, old)
            record.evidence.filter(passage__report__slug="herald").delete()
    url = f"{reverse('admin:revert', args=[ChangeSet.objects.last().pk])}?field={field}"
    seen = soup(client.get(url)).select_one("[name=seen]")["value"]
    client.post(url, {"reason": "x", "seen": seen} | (TICK if ticked else {}))


WRITERS = {
    by_form: tuple(NEW),
    by_bulk_edit: ("status",),
    by_merge: ("cities",),
    by_import: ("status", "starts_on", "cities"),
    by_import_command: ("status", "starts_on", "cities"),
    by_package: tuple(NEW),
    by_update: tuple(NEW),
    by_revert: tuple(NEW),
}
CASES = [(write, name) for write, names in WRITERS.items() for name in names]


@pytest.mark.parametrize(("write", "name"), CASES)
def test_a_value_is_written_with_the_tick_only(curator, lamps, write, name):
    old = value_of(lamps, name)
    assert old != NEW[name]
    write(curator, lamps, name, ticked=False)
    assert value_of(lamps, name) == old
    write(curator, lamps, name, ticked=True)
    assert value_of(lamps, name) == NEW[name]
    assert ChangeSet.objects.first().evidence_stands
    assert name.removesuffix("s") in str(list(confirmed_values(Initiative)[lamps.pk]))


@pytest.mark.parametrize(
    ("name", "label"), [("status", "status"), ("starts_on", "starts on"), ("figure", "figure: lamps")]
)
def test_a_merge_keeps_no_value_whose_only_evidence_is_for_the_other_one(curator, lamps, name, label):
    """After the merge, the footnotes of the dropped value contradict the kept value."""
    old = value_of(lamps, name)
    for ticked in (False, True):
        page = by_merge(curator, lamps, name, ticked)
        assert messages_in(page) == [f"No published report would support: Initiative lamps: {label}"]
        assert value_of(lamps, name) == old


def republish_by_form(client, record, ticked):
    data = form_data(client.get(admin_url(record, "change")))
    client.post(admin_url(record, "change"), data | {"state": "published"} | (TICK if ticked else {}))


def republish_by_bulk_edit(client, record, ticked):
    edit(client, [record], move="publish", **(TICK if ticked else {}))


def republish_by_import(client, record, ticked):
    page = checked(client, as_csv([{"slug": "lamps", "state": "published"}]))
    codes = [field["value"] for field in soup(page).select("[name=stands]")]
    assert codes == ["2:status", "2:figure:lamps"]
    applied(client, page, values_shown=codes, **({"stands": codes} if ticked else {}))


def republish_by_package(client, record, ticked):
    rows = package_edits.changed(package_edits.stored_rows(), "initiatives", ("lamps",), state="published")
    with TemporaryDirectory() as folder:
        path = make_package(Path(folder), package_edits.texts_of(rows))
        if not ticked:
            with pytest.raises(
                CommandError, match=r"initiatives.csv:2: status “completed”: The value changes"
            ):
                load(path, evidence_stands=False)
        else:
            load(path)


def republish_by_revert(client, record, ticked):
    """Reverts only the state and keeps the later changes."""
    url = f"{reverse('admin:revert', args=[ChangeSet.objects.last().pk])}?field=state"
    seen = soup(client.get(url)).select_one("[name=seen]")["value"]
    client.post(url, {"reason": "x", "seen": seen} | (TICK if ticked else {}))


@pytest.fixture
def changed_draft(lamps):
    """The record after its return to draft, with a changed status and figure."""
    edit_record(lamps, state="draft")
    edit_record(lamps, status="completed")
    with recording(lamps):
        lamps.figures.update(value=13)
    return lamps


@pytest.mark.parametrize(
    "republish",
    [
        republish_by_form,
        republish_by_bulk_edit,
        republish_by_import,
        republish_by_package,
        republish_by_revert,
    ],
)
def test_a_record_is_published_again_with_evidence_for_what_has_changed_or_the_tick(
    curator, changed_draft, republish
):
    republish(curator, changed_draft, ticked=False)
    assert Initiative.objects.get(slug="lamps").state == "draft"
    republish(curator, changed_draft, ticked=True)
    assert Initiative.objects.get(slug="lamps").state == "published"
    assert ChangeSet.objects.first().evidence_stands
    assert list(confirmed_values(Initiative)[changed_draft.pk]) == ["status", "figure:lamps"]
    # The confirmation is required only once.
    edit_record(changed_draft, state="draft")
    assert changed_since_published(Initiative, [changed_draft.pk])[changed_draft.pk].names == set()


SENTENCE = (
    "Could not set 1 record to “published”: Lamps : no evidence was added for the new value of status and "
    "figure: lamps since the last publication: add evidence, "
    "or publish the record on its form with “The existing evidence also supports the new values”"
)


def test_actions_without_a_tick_name_the_page_with_the_tick(curator, changed_draft):
    assert messages_in(run_action(curator, "publish", [changed_draft], follow=True)) == [SENTENCE]
    assert Initiative.objects.get(slug="lamps").state == "draft"


def test_evidence_that_was_added_to_the_draft_counts(curator, changed_draft):
    with recording(changed_draft):
        make.support_everything(changed_draft, make.make_report("herald").passages.get())
    run_action(curator, "publish", [changed_draft])
    assert Initiative.objects.get(slug="lamps").state == "published"


def test_the_value_that_readers_saw_last_requires_no_confirmation(curator, changed_draft):
    edit_record(changed_draft, status="operating")
    with recording(changed_draft):
        changed_draft.figures.update(value=12)
    run_action(curator, "publish", [changed_draft])
    assert Initiative.objects.get(slug="lamps").state == "published"


def test_a_record_that_was_never_published_needs_only_support(curator, lamps):
    Initiative.objects.update(state="draft")
    edit_record(lamps, status="completed", state="draft")
    run_action(curator, "publish", [lamps])
    assert Initiative.objects.get().state == "published"


def test_the_data_quality_page_lists_values_confirmed_by_an_editor(curator, lamps):
    by_form(curator, lamps, "status", ticked=True)
    report = soup(curator.get(reverse("admin:data_quality")))
    link = report.select_one("#data-quality a[href$='initiatives/on_word/']")
    assert link.text == "1"
    [row] = soup(curator.get(link["href"])).select("#queue tbody tr")
    text = " ".join(row.select("td")[1].get_text(" ").split())
    assert re.fullmatch(
        r"Status: Change , .+ 20\d\d, .+ , curator: edit As the reports state\. The existing evidence was "
        r"confirmed for the new values\. Add evidence",
        text,
    )
    url = row.select("a")[-1]["href"]
    passage = make.make_report("herald").passages.get()
    assert url == add_evidence_url(lamps, "status")
    curator.post(url, claim_data(passage, "status"))
    assert confirmed_values(Initiative) == {}
