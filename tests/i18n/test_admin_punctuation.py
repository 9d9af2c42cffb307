"""Chinese admin pages of the history, imports and record forms use full-width punctuation."""

import re

import pytest
from django.urls import reverse

from sco_cities.history.models import Revision
from tests import factories as make
from tests.curation.admin_client import admin_url, messages_in, run_action, soup
from tests.curation.duplicate_pairs import make_two_cities
from tests.curation.evidence_steps import claim_data
from tests.history.snapshots import edit, on_day, recording
from tests.imports.import_pages import checked, upload
from tests.imports.sheets import as_csv

pytestmark = pytest.mark.only_on("sqlite")

# A half-width mark next to a Chinese character or a full-width mark.
CHINESE = "[\u3001-\u9fff\uff00-\uffef“”]"
HALF_WIDTH = re.compile(f"[^|]*(?:{CHINESE} ?[,;:!?()]|[,;:!?()] ?{CHINESE})[^|]*")


@pytest.fixture
def reader(curator):
    curator.cookies["django_language"] = "zh-hans"
    return curator


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", lead=[make.make_city("osh", name_zh="奥什")], sourced=True)


def change_of_two(lamps):
    with recording(lamps, lamps.city_roles.get().city, reason="更好的名称") as recorder:
        type(lamps).objects.update(title_zh="灯", status="completed")
        lamps.cities.update(name_zh="奥什市")
    return recorder.change_set


def public_page(client, lamps):
    change_of_two(lamps)
    make.make_figure(lamps, "lamps", 12)
    return client.get(f"/zh-hans{lamps.get_absolute_url()}")


def history_page(client, lamps):
    edit(lamps, state="withdrawn", reason="过时")
    return client.get(admin_url(lamps, "history"))


def duplicates_page(client, lamps):
    make_two_cities()
    return client.get(reverse("admin:duplicates") + "?kind=cities")


def merge_page(client, lamps):
    target, duplicate, *_others = make_two_cities()
    return client.get(reverse("admin:merge", args=["cities", target.pk, duplicate.pk]))


def import_preview(client, lamps):
    rows = [{"slug": f"new-{number}", "name_en": "Osh", "country": "xa"} for number in range(2)]
    return checked(client, as_csv(rows), kind="cities")


def evidence_preview(client, lamps):
    passage = make.make_report("gazette", passages=2).passages.first()
    claim = claim_data(passage, "status", "starts_on") | {"_preview": ""}
    return run_action(client, "add_source", [lamps], **{key: claim[key] for key in claim if key != "_add"})


PAGES = {
    "the changes": lambda client, lamps: change_of_two(lamps) and client.get("/admin/changes/"),
    "a change": lambda client, lamps: client.get(f"/admin/changes/{change_of_two(lamps).pk}/"),
    "a revert": lambda client, lamps: client.get(f"/admin/changes/{change_of_two(lamps).pk}/take-back/"),
    "the history of a record": history_page,
    "a public page": public_page,
    "duplicates": duplicates_page,
    "a merge": merge_page,
    "the upload": lambda client, lamps: client.get("/admin/imports/"),
    "the columns of a file": lambda client, lamps: upload(client, as_csv([{"标题": "灯"}])),
    "a checked file": import_preview,
    "a preview of footnotes": evidence_preview,
    "a withdrawal": lambda client, lamps: run_action(client, "withdraw", [lamps]),
    "a record": lambda client, lamps: client.get(admin_url(lamps, "change")),
    "the account": lambda client, lamps: client.get("/admin/account/"),
    "data quality": lambda client, lamps: client.get("/admin/health/?country=xa"),
}


@pytest.mark.parametrize("open_page", PAGES.values(), ids=PAGES)
def test_no_half_width_mark_is_next_to_chinese_text(open_page, reader, lamps):
    response = open_page(reader, lamps)
    assert response.status_code == 200
    main = soup(response).select_one("#content, main")
    for part in main.select("script, style, textarea, option"):
        part.decompose()
    # The citation of a report uses the punctuation of the report's language.
    text = re.sub(r"[ |]\(The Gazette,[^)]*\)", "", re.sub(r"\s*\n\s*", "|", main.get_text()))
    assert HALF_WIDTH.findall(text) == []


def test_a_change_is_named_by_its_method_and_its_date_in_the_language(reader, lamps):
    change_set = change_of_two(lamps)
    on_day("01-31", change_set)
    page = soup(reader.get(f"/admin/changes/{change_set.pk}/"))
    assert page.h1.text == "编辑，2026年1月31日 12:00"
    assert page.select_one("#content-main p").get_text().split("：")[1].startswith("编辑")
    reverted = reader.post(
        f"/admin/changes/{change_set.pk}/take-back/",
        {"reason": "错误", "seen": Revision.objects.latest("pk").pk},
        follow=True,
    )
    assert messages_in(reverted) == ["已撤销。城市“奥什”：已修改；合作事项“Lamps”：已修改。 查看修改内容"]
