import pytest


@pytest.mark.django_db
def test_the_about_page_credits_its_data_and_explains_every_status(client):
    page = client.get("/about/").content.decode()
    for text in ("Natural Earth", "public domain", "GeoNames", "CC BY 4.0", "Wikidata", "CC0"):
        assert text in page
    for status in (
        "interest",
        "proposed",
        "agreed",
        "under way",
        "operating",
        "completed",
        "stalled",
        "unknown",
    ):
        assert status in page
