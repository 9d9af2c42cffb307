"""Facets based on evidence."""

import pytest

from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index
from tests import factories as make


def numbers() -> dict[str, int]:
    """Returns the number of reports that support each initiative in the facet index."""
    with facet_index("initiatives") as state:
        records = {
            key: number for number, keys in state.facet("initiatives", "report_count").items() for key in keys
        }
    return {initiative.slug: records[initiative.pk] for initiative in Initiative.objects.all()}


@pytest.mark.django_db
def test_all_supporting_reports_of_a_record_are_counted(client):
    initiatives = {f"of-{number}": make.make_initiative(f"of-{number}") for number in (0, 1, 10, 12)}
    *reports, last = (make.make_report(f"gazette-{number}") for number in range(13))
    for slug, initiative in initiatives.items():
        for report in reports[: int(slug.removeprefix("of-"))]:
            # Two footnotes of one report count once.
            make.make_evidence(initiative, passage=report.passages.first())
            make.make_evidence(initiative, "status", passage=report.passages.first())
    assert numbers() == {"of-0": 0, "of-1": 1, "of-10": 10, "of-12": 12}
    # The number is also correct after an incremental update of the index.
    make.make_evidence(initiatives["of-12"], passage=last.passages.first())
    assert numbers()["of-12"] == 13
    rows = client.get("/initiatives.csv?columns=slug&sort=-sources").content.decode()
    assert rows == "slug\r\nof-12\r\nof-10\r\nof-1\r\nof-0\r\n"


@pytest.mark.django_db
def test_a_report_is_cited_only_by_records_of_the_kind_that_its_evidence_is_about():
    cited, other = make.make_initiative("cited"), make.make_initiative("other")
    report = make.make_report("gazette")
    # The theme has the same primary key as the other initiative.
    theme = make.make_theme("lamps", pk=other.pk)
    for record in (cited, theme):
        make.make_evidence(record, passage=report.passages.first())
    with facet_index("initiatives") as state:
        assert list(state.facet("initiatives", "report").get(report.pk)) == [cited.pk]
