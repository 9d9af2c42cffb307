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
