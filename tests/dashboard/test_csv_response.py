"""CSV files of charts, map and matrix handle a query string in the same way as the exports of lists."""

import pytest

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
FILES = {
    "/charts/themes.csv": ["pillar", "theme", "initiatives"],
    "/map.csv": ["city", "with_city", "initiatives", "shares", "learns", "pillar"],
    "/matrix.csv": ["city", "with_city", "initiatives", "shares", "learns"],
    "/matrix.csv?by=country": ["country", "with_country", "initiatives", "shares", "learns"],
    "/initiatives.csv?columns=slug,themes": ["slug", "themes"],
}
LABELLED = {"pillar", "theme", "city", "with_city", "country", "with_country", "themes"}


@pytest.fixture(autouse=True)
def lamps():
    alpha, beta = make.make_city("alpha"), make.make_city("beta", "xb")
    make.make_initiative("one", lead=[alpha], partner=[beta], themes=[make.make_theme("lamps")])


def get_csv(client, address, *more):
    response = client.get("&".join([address if "?" in address else f"{address}?", *more]))
    return response.status_code, response.getvalue().decode()


@pytest.mark.parametrize(("address", "header"), FILES.items())
@pytest.mark.parametrize("status", ["agreed", "stalled"], ids=["something", "nothing"])
def test_a_file_has_labels_and_a_byte_order_mark_only_on_request(client, address, header, status):
    with_names = [
        name for each in header for name in ([each, f"{each}_names"] if each in LABELLED else [each])
    ]
    for more, start in {
        (): ",".join(header),
        ("labels=0", "bom=0"): ",".join(header),
        ("bom=1",): MARK + ",".join(header),
        ("labels=1",): ",".join(with_names),
        ("labels=1", "bom=1"): MARK + ",".join(with_names),
    }.items():
        code, text = get_csv(client, address, f"status={status}", *more)
        assert (code, text.partition("\r\n")[0], text[-2:]) == (200, start, "\r\n")
        # The file of a chart has rows even without initiatives.
        assert (text.count("\r\n") > 1) is (status == "agreed" or "themes.csv" in address)


@pytest.mark.parametrize("address", FILES)
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("labels=yes", "labels: Enter 1 (yes) or 0 (no).\n"),
        ("bom=1&bom=0", "bom: Enter 1 (yes) or 0 (no).\n"),
        ("colour=red", "colour: Unknown parameter. Correct or remove it.\n"),
        ("city=atlantis", "city: “atlantis” was not found. Choose from the list.\n"),
    ],
)
def test_all_files_reject_invalid_parameters_with_the_same_messages(client, address, wrong, reason):
    assert get_csv(client, address, wrong) == (400, reason)
