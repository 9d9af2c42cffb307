"""Record pages of all kinds, with slugs, redirects and previews."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from delegates.models import Delegate, Event, Organisation
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.extent import sample
from tests.html import read_page

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

FACTORIES = {
    Initiative: make.make_initiative,
    City: make.make_city,
    Country: make.make_country,
    Delegate: make.make_delegate,
    Organisation: make.make_organisation,
    Event: make.make_event,
    Theme: make.make_theme,
    Report: make.make_report,
}
every_kind = pytest.mark.parametrize("model", FACTORIES, ids=lambda model: model.collection)


def address_of(model, slug):
    return reverse(f"{model.collection}-record", args=[slug])


def editor(*permissions):
    user = User.objects.create_user("editor", password="a long password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@every_kind
def test_the_page_of_a_published_record_has_title_canonical_link_and_description(client, model):
    record = FACTORIES[model]("xb")
    page = read_page(client, address_of(model, "xb"))
    head = page.response.content.decode().partition("</head>")[0]
    assert f"<title>{record.title if model is Report else record.name} – {model._meta.verbose_name}" in head
    assert f'<link rel="canonical" href="http://testserver{record.get_absolute_url()}">' in head
    assert '<meta name="description" content="' in head
    assert f"http://testserver{record.get_absolute_url()}" in page.text()
    assert f"SCO Cities, published {date_format(record.created_at)}." in page.text()


@every_kind
def test_an_unknown_slug_is_not_found(client, model):
    assert client.get(address_of(model, "xb")).status_code == 404


@every_kind
@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.IN_REVIEW])
def test_readers_cannot_see_unpublished_records(client, model, state):
    FACTORIES[model]("xb", state=state)
    assert client.get(address_of(model, "xb")).status_code == 404


@every_kind
def test_a_former_slug_redirects_permanently(client, model):
    record = FACTORIES[model]("xb")
    record.slug = "xc"
    record.save()
    response = client.get(address_of(model, "xb"), {"from": "a link"})
    assert (response.status_code, response["Location"]) == (301, f"{address_of(model, 'xc')}?from=a+link")
    assert client.get(address_of(model, "XB")).status_code == 301


def test_a_slug_that_changed_twice_redirects_in_one_step(client):
    city = make.make_city("first")
    for slug in ("second", "third"):
        city.slug = slug
        city.save()
    assert client.get("/cities/first/")["Location"] == "/cities/third/"
    assert client.get("/ru/cities/second/")["Location"] == "/ru/cities/third/"


def test_a_former_slug_of_an_unpublished_record_is_not_found(client):
    city = make.make_city("first", state=PublicationState.DRAFT)
    city.slug = "second"
    city.save()
    assert client.get("/cities/first/").status_code == 404


def test_a_former_slug_that_another_record_uses_now_shows_that_record(client):
    city = make.make_city("first")
    city.slug = "second"
    city.save()
    make.make_city("first", name_en="Newcomer")
    assert "Newcomer" in read_page(client, "/cities/first/").text()


@every_kind
def test_a_slug_in_upper_case_redirects_to_lower_case(client, model):
    FACTORIES[model]("xb")
    response = client.get(f"{address_of(model, 'XB')}?a=%D1%8F")
    assert (response.status_code, response["Location"]) == (301, f"{address_of(model, 'xb')}?a=%D1%8F")


@every_kind
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_is_read_only(client, model, method):
    FACTORIES[model]("xb")
    assert getattr(client, method)(address_of(model, "xb")).status_code == 405
    assert client.head(address_of(model, "xb")).status_code == 200


@every_kind
def test_an_editor_sees_an_unpublished_record_with_a_banner_and_an_edit_link(client, model):
    record = FACTORIES[model]("xb", state=PublicationState.IN_REVIEW)
    client.force_login(editor(f"view_{model._meta.model_name}"))
    page = read_page(client, address_of(model, "xb"))
    assert "Not published: in review." in page.text()
    edit = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[record.pk])
    assert edit in page.links()
    assert "no-store" in page.response["Cache-Control"]


@pytest.mark.parametrize("permissions", [(), ("view_country",)], ids=["none", "of another kind"])
def test_staff_without_the_view_permission_get_no_preview(client, permissions):
    make.make_city("xb", state=PublicationState.DRAFT)
    client.force_login(editor(*permissions))
    assert client.get("/cities/xb/").status_code == 404


def test_a_published_page_is_the_same_for_editors_who_may_not_change_it(client):
    make.make_city("xb")
    for_readers = client.get("/cities/xb/").content
    client.force_login(editor("view_city", "change_city"))
    assert client.get("/cities/xb/").content == for_readers
    assert b"/admin/cities/city/" not in for_readers


@every_kind
def test_reviewers_have_an_edit_link_on_a_published_page_but_not_on_its_past(client, model):
    record = FACTORIES[model]("xb")
    client.force_login(editor(f"change_{model._meta.model_name}", "review_records"))
    page = read_page(client, address_of(model, "xb"))
    edit = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[record.pk])
    assert page.links().count(edit) == 1
    assert page.response["Cache-Control"] == "private, no-store"
    past = read_page(client, f"{address_of(model, 'xb')}?as_of={timezone.localdate()}")
    assert edit not in past.links()


def test_the_name_is_in_the_language_of_the_page_and_other_names_have_lang_attributes(client):
    make.make_city("xb", name_en="Lampton", name_ru="Лэмптон", name_zh="灯城")
    page = read_page(client, "/ru/cities/xb/")
    content = page.response.content.decode()
    assert "<h1>Лэмптон</h1>" in content
    assert '<span lang="en">Lampton</span>' in content
    assert '<span lang="zh-Hans">灯城</span>' in content
    only_english = make.make_city("xc", name_en="Betaburg")
    assert f'<h1 lang="en">{only_english.name_en}</h1>' in client.get("/ru/cities/xc/").content.decode()


@pytest.mark.usefixtures("loaded_package")
@every_kind
def test_every_fragment_link_has_a_target_and_ids_are_unique(client, model):
    for record in model.objects.published().order_by("slug")[: sample(6)]:
        page = read_page(client, record.get_absolute_url())
        ids = page.all_ids()
        assert len(ids) == len(set(ids)), record
        within = {link[1:] for link in page.links() if link.startswith("#")}
        assert within <= set(ids), record
