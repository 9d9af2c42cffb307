"""A list's heading on its page contains the number of matching records and the total number of records."""

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.mark.parametrize(
    ("path", "counts", "words"),
    [
        ("/initiatives/", (1, 3), "1 of 3 initiatives"),
        ("/initiatives/", (1, 1), "1 of 1 initiative"),
        ("/ru/initiatives/", (1, 3), "1 из 3 инициатив"),
        ("/ru/initiatives/", (2, 21), "2 из 21 инициативы"),
        ("/ru/initiatives/", (2, 11), "2 из 11 инициатив"),
        ("/zh-hans/initiatives/", (1, 3), "1 / 3个合作事项"),
    ],
)
def test_the_heading_of_a_filtered_list_counts_its_records_and_all(path, counts, words, client):
    some, every = counts
    for number in range(every):
        make.make_initiative(f"lamps-{number}", status="agreed" if number < some else "operating")
    page = BeautifulSoup(client.get(f"{path}?status=agreed").content, "html.parser")
    assert page.h1.get_text() == words
    # The title contains the filters as text. Screen readers announce the title after a change.
    assert page.title.get_text() == f"{page.h1['data-announce']} · SCO Cities"
    whole = BeautifulSoup(client.get(path).content, "html.parser")
    assert whole.h1.get_text() == whole.h1["data-announce"]
