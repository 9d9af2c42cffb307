"""A small model predicts the result of random edits by random writers, and the edits can be reverted.

Writers open forms, grids, bulk-edit previews and merge pages early, save them late, and may stop during a write. The
history replays to the current state.
"""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from sco_cities.changes import revert
from sco_cities.changes.recorder import Recorder
from sco_cities.core.exceptions import Refused
from sco_cities.curation.translations.texts import save_text, seen_state, text_kinds
from sco_cities.history import delta
from sco_cities.history.models import Action, ChangeSet, Revision
from sco_cities.history.versions import version_of
from sco_cities.intake.models import Certainty, Intake, ProposalKind, ProposalStatus
from sco_cities.intake.writing.apply import write as write_intake
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.changes.value_model import VALUES, Values, cells_of, merged, reverted
from tests.curation.admin_client import admin_url, unrendered_form_data
from tests.curation.bulk_edit_steps import edit_data, fingerprint_in, preview_edit
from tests.curation.evidence_steps import add_evidence_url, claim_data
from tests.curation.test_merge_page import merge_form_data, merge_url
from tests.datapackage import package_edits
from tests.datapackage.sample_package import load, make_package
from tests.extent import IS_FULL
from tests.history.snapshots import create_recorded, snapshot
from tests.imports.import_pages import applied, checked
from tests.imports.sheets import as_csv
from tests.imports.test_command import run as import_csv
from tests.imports.test_command import save
from tests.imports.test_grid import changes_in, opened, previewed

SEEDS = range(20) if IS_FULL else (3,)
STEPS = 60 if IS_FULL else 15
TICK = {"evidence_stands": "on"}
THEMES = ("lamps", "streets", "trams")


class _Stopped(Exception):
    pass


class _Simulation:
    """Three published initiatives and their writers.

    Each `write_…` returns the values that the model expects, by the slugs of the changed records.
    """

    def __init__(self, random: Random, curator, folder: Path):
        self.random, self.curator, self.folder = random, curator, folder
        for slug in THEMES:
            make.make_theme(slug)
        cities = [make.make_city()]
        self.records = {}
        for slug in ("first", "second", "third"):
            record, _change_set = create_recorded(
                make.make_initiative,
                slug,
                lead=cities,
                themes=[Theme.objects.get(slug="lamps")],
                sourced=True,
            )
            self.records[slug] = record
        self.created = self.documents()
        self.forms: list[tuple[str, dict, Values, dict]] = []
        self.grids: list[tuple[str, object, Values]] = []
        self.bulk_edits: list[tuple[list[str], str, str, Values]] = []
        self.merges: list[tuple[str, object, dict, int]] = []
        self.package = package_edits.stored_rows()
        load(self._stored_package())
        self.in_package = self.values()
        self.drafts = self.reports = 0
        self.writers = [
            *(self.write_by_form, self.write_by_bulk_edit, self.write_by_merge) * 2, self.write_by_import,
            self.write_by_update, self.write_by_revert,
            self.write_by_command, self.write_by_revert_of_fields, self.write_evidence,
            self.write_by_grid, self.write_translation, self.write_by_intake,
        ]  # fmt: skip

    def documents(self) -> dict[str, dict | None]:
        return {slug: snapshot(record) for slug, record in self.records.items()}

    def values(self) -> dict[str, Values]:
        return {
            slug: {name: document[name] for name in VALUES} for slug, document in self.documents().items()
        }

    def new_values(self, most: int = 2) -> Values:
        names = self.random.sample(sorted(VALUES), self.random.randint(1, most))
        return {name: self.random.choice(VALUES[name]) for name in names}

    def open_form(self) -> None:
        slug = self.random.choice(list(self.records))
        data = unrendered_form_data(self.curator, admin_url(self.records[slug], "change"))
        self.forms.append((slug, data, self.values()[slug], snapshot(self.records[slug])))

    def open_grid(self) -> None:
        slug = self.random.choice(list(self.records))
        self.grids.append((slug, opened(self.curator, [self.records[slug]]), self.values()[slug]))

    def write_by_form(self) -> dict[str, Values]:
        """Saves a form that may be stale."""
        if not self.forms:
            self.open_form()
        slug, data, original, document = self.forms.pop(self.random.randrange(len(self.forms)))
        theirs, yours = self.values()[slug], self.new_values()
        fields = dict(yours)
        if "themes" in fields:
            themes = Theme.objects.filter(slug__in=yours["themes"])
            fields["themes"] = [str(key) for key in themes.values_list("pk", flat=True)]
        response = self.curator.post(admin_url(self.records[slug], "change"), data | fields | TICK)
        after = merged(original, theirs, yours)
        # After a conflict the page offers a choice. After other edits it shows a summary to confirm.
        if response.status_code == 200 and after is not None:
            assert document != snapshot(self.records[slug]), response.content.decode()
            return {slug: theirs}
        return {slug: theirs if after is None else after}

    def write_by_grid(self) -> dict[str, Values]:
        """Saves the cells of a grid that may be stale."""
        if not self.grids:
            self.open_grid()
        slug, page, original = self.grids.pop(self.random.randrange(len(self.grids)))
        theirs, yours = self.values()[slug], self.new_values()
        page = previewed(self.curator, page, **{f"1:{name}": text for name, text in cells_of(yours).items()})
        if changes_in(page):
            codes = [
                f"1:{name}"
                for name in ("status", "starts_on")
                if yours.get(name, theirs[name]) != theirs[name]
            ]
            applied(self.curator, page, values_shown=codes, stands=codes)
        return {slug: merged(original, theirs, yours) or theirs}

    def write_translation(self) -> dict[str, Values]:
        """Translates a title and all equal titles that have no translation.

        The text may have changed since the page was opened.
        """
        kind, values, text = (
            text_kinds()["initiatives-title"],
            self.values(),
            self.random.choice(("Лампы", "Огни")),
        )
        slug = self.random.choice(list(self.records))
        record = self.records[slug]
        record.refresh_from_db()
        seen = seen_state(record, kind, "ru")
        if self.random.random() < 0.3:
            with suppress(Refused):
                save_text(kind, record.pk, "ru", text, seen=seen[::-1], user=None)
                raise AssertionError
            return {}
        save_text(kind, record.pk, "ru", text, seen=seen, user=None)
        return {
            each: of_record | {"title_ru": text}
            for each, of_record in values.items()
            if each == slug
            or (of_record["title_en"], of_record["title_ru"]) == (values[slug]["title_en"], "")
        }

    def open_bulk_edit(self) -> None:
        slugs, status = self.random.sample(list(self.records), 2), self.random.choice(VALUES["status"])
        page = preview_edit(self.curator, [self.records[slug] for slug in slugs], set_status=status, **TICK)
        values = self.values()
        shown = {slug: values[slug]["status"] for slug in slugs}
        self.bulk_edits.append((slugs, status, fingerprint_in(page), shown))

    def write_by_bulk_edit(self) -> dict[str, Values]:
        """Applies a bulk edit, unless a status has changed since its preview."""
        if not self.bulk_edits:
            self.open_bulk_edit()
        slugs, status, seen, shown = self.bulk_edits.pop(self.random.randrange(len(self.bulk_edits)))
        records, values = [self.records[slug] for slug in slugs], self.values()
        data = edit_data(records, set_status=status, _apply="1", seen=seen, **TICK)
        self.curator.post(admin_url(records[0]), data)
        if any(values[slug]["status"] != shown[slug] for slug in slugs):
            return {}
        return {slug: values[slug] | {"status": status} for slug in slugs}

    def write_by_intake(self) -> dict[str, Values]:
        """Writes the accepted proposals of a report about a record. Existing values are kept and get a footnote."""
        slug, self.reports = self.random.choice(list(self.records)), self.reports + 1
        name, value = self.random.choice([
            ("title_ru", "Огни"), ("status", "stalled"), ("starts_on", "2022"), ("themes", {"slug": "trams"}),
        ])  # fmt: skip
        intake = Intake.objects.create(
            text=f"Text {self.reports}.", title=f"Report {self.reports}", publisher="The Gazette",
            published_on="2026-05-13", language="en", address=f"https://gazette.example/{self.reports}",
        )  # fmt: skip
        passage = intake.passages.create(number=1, start=0, end=4, summary="About it.")
        accepted = {"passage": passage, "status": ProposalStatus.ACCEPTED, "certainty": Certainty.SURE}
        subject = intake.proposals.create(
            kind=ProposalKind.INITIATIVE, object_id=self.records[slug].pk, value={}, **accepted
        )
        intake.proposals.create(kind=ProposalKind.VALUE, subject=subject, field=name, value=value, **accepted)
        before = self.values()[slug]
        write_intake(intake, publish_report=True)
        if name == "themes":
            return {slug: before | {name: sorted({*before[name], "trams"})}}
        return {slug: before if before[name] else before | {name: value}}

    def _new_sheet(self) -> tuple[str, Values, Values, bytes]:
        slug, yours = self.random.choice(list(self.records)), self.new_values()
        return slug, self.values()[slug], yours, as_csv([{"slug": slug} | cells_of(yours)])

    def write_by_command(self) -> dict[str, Values]:
        slug, before, yours, sheet = self._new_sheet()
        import_csv(save(self.folder.parent, sheet), "--apply", "--evidence-stands")
        return {slug: before | yours}

    def write_evidence(self) -> dict[str, Values]:
        """Adds evidence for a status without changing a value."""
        record = self.random.choice(list(self.records.values()))
        passage = make.make_report(f"report-{self.random.randrange(10**9)}").passages.get()
        self.curator.post(add_evidence_url(record), claim_data(passage, "status"))
        assert record.evidence.filter(passage=passage).exists()
        return {}

    def write_by_import(self) -> dict[str, Values]:
        """Imports a sheet with the slug and some columns."""
        slug, before, yours, sheet = self._new_sheet()
        page = checked(self.curator, sheet)
        codes = [f"2:{name}" for name in ("status", "starts_on") if before[name] != (before | yours)[name]]
        applied(self.curator, page, values_shown=codes, stands=codes)
        return {slug: before | yours}

    def _stored_package(self) -> Path:
        self.folder = self.folder.parent / f"{self.folder.name}x"
        self.folder.mkdir()
        return make_package(self.folder, package_edits.texts_of(self.package))

    def write_by_update(self) -> dict[str, Values]:
        """Loads a new version of the package with other cells. Values that were changed on the site are kept."""
        slug = self.random.choice(list(self.records))
        yours = {name: value for name, value in self.new_values().items() if name != "themes"}
        before, original = self.values()[slug], self.in_package[slug]
        self.package = package_edits.changed(self.package, "initiatives", (slug,), **yours)
        package_edits.update(self._stored_package())
        self.in_package[slug] = original | yours
        taken = {name: value for name, value in yours.items() if before[name] == original[name]}
        return {slug: before | taken}

    def write_by_revert_of_fields(self) -> dict[str, Values]:
        return self.write_by_revert(self.random.sample(sorted(VALUES), 2))

    def write_by_revert(self, fields: Collection[str] | None = None) -> dict[str, Values]:
        """Reverts any earlier change or some of its fields. Values that have changed again are kept."""
        change_set = self.random.choice(list(ChangeSet.objects.order_by("pk")))
        revisions = [each for each in change_set.revisions.all() if each.action == Action.CHANGED]
        slug_of = {record.pk: slug for slug, record in self.records.items()}
        before = self.values()
        expected = {
            slug_of[each.object_id]: reverted(
                before[slug_of[each.object_id]], self._of_values(each.changes, fields or VALUES)
            )
            for each in revisions
            if each.object_id in slug_of
        }
        if revisions:
            self._revert(change_set, fields)
        return expected

    def open_merge(self) -> None:
        slug = self.random.choice(list(self.records))
        self.drafts += 1
        draft, _change_set = create_recorded(
            make.make_initiative, f"draft-{self.drafts}", state="draft", title_ru="Огни"
        )
        page = self.curator.get(merge_url(self.records[slug], draft))
        self.merges.append((slug, draft, merge_form_data(page), version_of(self.records[slug])))

    def write_by_merge(self) -> dict[str, Values]:
        """Merges a draft into a record and fills the empty values of the record. The page may be stale."""
        if not self.merges:
            self.open_merge()
        slug, draft, data, version = self.merges.pop(self.random.randrange(len(self.merges)))
        before, is_stale = self.values()[slug], version != version_of(self.records[slug])
        self.curator.post(merge_url(self.records[slug], draft), data | TICK)
        if is_stale:
            assert snapshot(draft) is not None
            return {}
        last = ChangeSet.objects.first()
        after = self.values()[slug]
        assert after == before | ({} if before["title_ru"] else {"title_ru": "Огни"})
        self._revert(last)
        assert snapshot(draft) is not None and self.values()[slug] == before
        return {slug: before}

    @staticmethod
    def _of_values(changes: delta.Delta, names: Collection[str]) -> delta.Delta:
        return {name: change for name, change in changes.items() if name in names}

    @staticmethod
    def _revert(change_set: ChangeSet, fields: Collection[str] | None = None) -> ChangeSet | None:
        revisions = change_set.revisions.all()
        return revert.revert(
            # Reverting single fields on a record's page keeps other records that the change created.
            revisions if fields is None else revisions.filter(action=Action.CHANGED),
            user=None,
            reason="wrong",
            reverts=change_set,
            fields=fields,
            evidence_stands=True,
        )

    def check_that_a_stopped_write_leaves_nothing(self, monkeypatch) -> None:
        """Stops a random writer after its write and before the write of its history."""
        before, last = self.documents(), ChangeSet.objects.first()
        package, in_package = self.package, dict(self.in_package)

        def stop(_recorder):
            raise _Stopped

        with monkeypatch.context() as patch, suppress(_Stopped):
            patch.setattr(Recorder, "write", stop)
            self.random.choice(self.writers)()
        self.package, self.in_package = package, in_package
        assert (self.documents(), ChangeSet.objects.first()) == (before, last)

    def check_revert_of_the_last_change(self, before: dict, written: ChangeSet) -> None:
        """A revert restores the documents before the change, and its revert restores the documents after the change."""
        after = self.documents()
        undo = self._revert(written)
        assert self.documents() == before
        self._revert(undo)
        assert self.documents() == after

    def check_history(self) -> None:
        """The revisions of a record turn its first document into its current document."""
        for slug, record in self.records.items():
            document = self.created[slug]
            changes = Revision.objects.of(record).filter(action=Action.CHANGED).order_by("pk")
            for revision in changes:
                document = delta.apply(document, revision.changes)
            assert document == snapshot(record), slug


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_of_writers_has_the_result_of_the_model_and_can_be_reverted(
    seed, curator, tmp_path, monkeypatch
):
    random = Random(seed)
    simulation = _Simulation(random, curator, tmp_path / "package")
    written = 0
    for _step in range(STEPS):
        if random.random() < 0.4:
            simulation.open_form()
        for open_page in (simulation.open_grid, simulation.open_bulk_edit, simulation.open_merge):
            if random.random() < 0.2:
                open_page()
        if random.random() < 0.2:
            simulation.check_that_a_stopped_write_leaves_nothing(monkeypatch)
        before, values, last = simulation.documents(), simulation.values(), ChangeSet.objects.first()
        writer = random.choice(simulation.writers)
        expected = values | writer()
        assert simulation.values() == expected, writer
        newest = ChangeSet.objects.first()
        if newest != last and writer.__name__ != "write_by_merge":
            written += 1
            simulation.check_revert_of_the_last_change(before, newest)
    assert written > STEPS / 3
    simulation.check_history()
