"""The About page."""

import re

import pytest

from initiatives.models import Status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("work", "licence"),
    [("Natural Earth", "public domain"), ("GeoNames", "CC BY 4.0"), ("Wikidata", "CC0")],
)
def test_the_about_page_credits_its_data(work, licence, client):
    page = re.sub(r"<[^>]+>|\s+", " ", client.get("/about/").content.decode())
    assert re.search(f"{work}.{{0,200}}{licence}", page)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_the_about_page_explains_every_status(status, client):
    page = client.get("/about/").content.decode()
    definitions = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL))
    explanations = {re.sub(r"<[^>]+>", "", term).strip(): text.strip() for term, text in definitions.items()}
    assert explanations[str(status.label)]


@pytest.mark.django_db
def test_the_about_page_names_the_records_without_footnotes_and_their_sources(client):
    page = client.get("/about/").content.decode()
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    assert (
        "Cities, countries, organisations and themes are reference data. Many of them have no footnotes"
        in text
    )
    assert "A value without a footnote is not published" not in text
    assert page.index('href="#credits"') < page.index('id="credits"')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence", "contact"),
    [
        ("", "This site is published by Office &lt;b&gt;.", "Contact"),
        ("/ru", "Издатель сайта: Office &lt;b&gt;.", "Связаться"),
        ("/zh-hans", "本网站由Office &lt;b&gt;发布。", "联系方式"),
    ],
)
def test_the_about_page_names_the_publisher_and_the_contact(settings, client, language, sentence, contact):
    settings.PUBLISHER_NAME, settings.PUBLISHER_CONTACT = "Office <b>", "mailto:cities@example.org"
    page = client.get(f"{language}/about/").content.decode()
    assert sentence in page
    assert f'<a href="mailto:cities@example.org">{contact}</a>' in page


@pytest.mark.django_db
def test_the_about_page_of_a_site_without_a_publisher_names_none(client):
    page = client.get("/about/").content.decode()
    assert "This site does not name its publisher." in page
    assert "Contact</a>" not in page
