"""Translations in the forms, in edit conflicts and in merges."""

import pytest

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.curation.admin.inlines import side_by_side
from sco_cities.curation.merge.apply import merge
from sco_cities.sources.models import Figure, Passage
from tests import factories as make

from .admin_client import FIGURES, RecordPage, admin_url, form_data, row, soup

pytestmark = pytest.mark.django_db


def test_the_languages_of_a_text_stand_in_one_line():
    assert side_by_side(Delegate, ("name_en", "name_ru", "name_zh", "aliases", "role")) == (
        ("name_en", "name_ru", "name_zh"),
        "aliases",
        ("role", "role_ru", "role_zh"),
    )


@pytest.mark.parametrize(
    ("url", "names"),
    [
        (admin_url(Delegate, "add"), ["role", "role_ru", "role_zh"]),
        (admin_url(Initiative, "add"), ["summary_en", "summary_ru", "summary_zh"]),
        (admin_url(Passage, "add"), ["summary", "summary_ru", "summary_zh"]),
    ],
)
def test_a_form_has_the_languages_side_by_side(curator, url, names):
    lines = [
        [field["name"] for field in line.select("[name]")]
        for line in soup(curator.get(url)).select(".form-multiline")
    ]
    assert names in lines


def test_the_rows_of_figures_have_all_languages(curator):
    heads = soup(curator.get(admin_url(make.make_city(), "change"))).select(f"#{FIGURES}-empty label")
    labels = [head.get_text(strip=True).removesuffix(":") for head in heads]
    assert [label for label in labels if label.startswith(("Label", "Unit"))] == [
        "Label", "Label in Russian", "Label in Chinese", "Unit", "Unit in Russian", "Unit in Chinese",
    ]  # fmt: skip


def test_a_translation_to_be_checked_is_marked_until_it_is_changed(curator):
    made = make.make_delegate(role="Mayor", role_ru="мэр", role_zh="市长")
    make.support_everything(made)
    page = RecordPage(curator)
    page.send(page.open(made) | {"role": "Deputy mayor", "role_zh": "副市长", "evidence_stands": "on"})
    assert page.was_saved
    marked = soup(curator.get(page.url)).select("[data-outdated]")
    assert [field["name"] for field in marked] == ["role_ru"]
    assert (
        "This translation must be checked"
        in soup(curator.get(page.url)).select_one(".field-role_ru").get_text()
    )
    page.send(page.read() | {"role_ru": "вице-мэр"})
    assert not soup(curator.get(page.url)).select("[data-outdated]")


def test_a_figure_that_is_to_be_checked_is_marked_in_its_row(curator):
    city = make.make_city(state="draft")
    make.make_figure(city, label_ru="лампы", unit_ru="шт.")
    page = RecordPage(curator)
    page.send(page.open(city) | row(FIGURES, 0, unit="lights") | {"evidence_stands": "on"})
    assert Figure.objects.get().outdated_translations == ["unit_ru"]
    assert [field["name"] for field in soup(curator.get(page.url)).select("[data-outdated]")] == [
        f"{FIGURES}-0-unit_ru"
    ]


def test_a_wrong_unit_is_an_error_beside_the_field(curator):
    url = admin_url(make.make_city(), "change")
    data = form_data(curator.get(url)) | row(
        FIGURES, 0, label="lamps", value="2", unit="lamps", unit_ru="лампа | лампы", qualifier="exact"
    )
    page = curator.post(url, data)
    assert "three forms" in soup(page).select_one(f"#{FIGURES}-group .errorlist").get_text()


@pytest.mark.parametrize(
    ("taken", "outdated"),
    [({"role_ru"}, ["role_ru"]), ({"role", "role_ru"}, ["role_zh"]), (set(), []), ({"role"}, ["role_zh"])],
)
def test_a_merge_checks_a_translation_against_the_english_text_that_is_kept(taken, outdated):
    kept = make.make_delegate("ada", role="Mayor", role_zh="市长", state="draft")
    other = make.make_delegate("adah", role="Deputy mayor", role_ru="вице-мэр", state="draft")
    merge(Delegate, kept.pk, other.pk, from_duplicate=taken)
    assert Delegate.objects.get().outdated_translations == outdated


def test_a_merge_of_reports_keeps_the_translations_of_equal_passages():
    kept, other = make.make_report("gazette"), make.make_report("herald")
    Passage.objects.update(summary="Lamps are put up.")
    other.passages.update(summary_ru="Ставят лампы.")
    merge(type(kept), kept.pk, other.pk)
    assert Passage.objects.get().summary_ru == "Ставят лампы."


def test_a_merged_figure_has_the_unit_of_its_value_in_all_languages():
    kept, other = make.make_city("alpha", state="draft"), make.make_city("alfa", state="draft")
    make.make_figure(kept, value=1, unit="lamps", unit_ru="лампа | лампы | ламп")
    make.make_figure(other, value=2, unit="km", unit_ru="км")
    merge(type(kept), kept.pk, other.pk, from_duplicate={"figure:lamps"})
    figure = Figure.objects.get()
    assert (figure.value, figure.unit, figure.unit_ru, figure.translated_from) == (2, "km", "км", "")
