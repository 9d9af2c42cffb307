"""The records selected by a query string.

The tests use the list of initiatives, which has every kind of filter.
"""

import pytest
from django.http import QueryDict
from django.utils import translation

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from tests import factories as make
from tests.html import column_headers

pytestmark = pytest.mark.django_db


def list_page(query: str, listing=INITIATIVES) -> ListPage:
    with facet_index(listing.collection) as state:
        return ListPage(listing, state, QueryDict(query))


def slugs(query: str) -> list[str]:
    page = list_page(query)
    by_key = {record.pk: record.slug for record in page.listing.records()}
    return [by_key[key] for keys in page.result_set.key_batches() for key in keys]


@pytest.fixture
def lamps():
    """Four initiatives in two countries and on two themes, with different statuses and years."""
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    alpha, beta = make.make_city("alpha", "xa"), make.make_city("beta", "xb")
    event, office = make.make_event("lamp-forum"), make.make_organisation("lamp-office")
    make.make_initiative(
        "a-lamps",
        lead=[alpha],
        themes=[lamps],
        starts_on="2019",
        ends_on="2020-06",
        status="completed",
        event=event,
    )
    make.make_initiative(
        "b-both", lead=[alpha], reference=[beta], themes=[lamps, tunnels], starts_on="2021-05"
    )
    make.make_initiative(
        "c-tunnel", countries=[make.make_country("xb")], themes=[tunnels], starts_on="2022", status="stalled",
        organisations=[office], kind="plan",
    )  # fmt: skip
    make.make_initiative("d-undated", title_ru="Лампы и тоннели", starts_on="", status="interest")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "a-lamps b-both c-tunnel d-undated"),
        ("country=xb", "b-both c-tunnel"),
        ("country=XB", "b-both c-tunnel"),
        ("country=xa&country=xb", "a-lamps b-both c-tunnel"),
        ("city=beta", "b-both"),
        ("city=alpha,beta", "b-both"),
        ("city=alpha&city=beta&city_match=all", "b-both"),
        ("city=alpha&city=beta&city_match=any", "a-lamps b-both"),
        ("city=alpha&city=-beta&city_match=all", "a-lamps"),
        ("country=xb&country=XA&country_match=all", "b-both"),
        ("city=alpha&with_city=beta", "b-both"),
        ("city=alpha&with_city=alpha&with_city=beta", "a-lamps b-both"),
        ("city=alpha&with_city=-beta", "a-lamps"),
        ("with_city=beta,+ALPHA", "b-both"),
        ("with_city=alpha,beta&with_city=alpha", "a-lamps b-both"),
        ("with_country=-xa,xb", "a-lamps c-tunnel d-undated"),
        ("country=xb&with_country=XA", "b-both"),
        ("country=xb&with_country=-xa", "c-tunnel"),
        ("lead=alpha", "a-lamps b-both"),
        ("reference=beta", "b-both"),
        ("partner=beta", ""),
        ("shares=beta", "b-both"),
        ("learns=alpha", "b-both"),
        ("shares=alpha&learns=beta", ""),
        ("theme=lamps", "a-lamps b-both"),
        ("theme=lamps&theme=tunnels", "a-lamps b-both c-tunnel"),
        ("pillar=security", "b-both c-tunnel"),
        ("status=agreed", "b-both"),
        ("status=agreed&status=interest", "b-both d-undated"),
        ("kind=plan", "c-tunnel"),
        ("event=lamp-forum", "a-lamps"),
        ("organisation=lamp-office", "c-tunnel"),
        ("country=xb&theme=lamps", "b-both"),
        ("country=xb&status=completed", ""),
        ("q=лампы", "d-undated"),
        ("q=ТОННЕЛИ+лампы", "d-undated"),
        ("q=shine+b-both", "b-both"),
        ("q=shine%E3%80%80b-both%C2%A0%09", "b-both"),
        ("country=%20xb%20", "b-both c-tunnel"),
        ("q=b-both&q=c-tunnel", "b-both c-tunnel"),
        ("q=shine+nothing-like-it", ""),
        ("q=100%25", ""),
        ("year_from=2020", "a-lamps b-both c-tunnel"),
        ("year_from=2021", "b-both c-tunnel"),
        ("year_from=2023", "b-both"),
        ("year_to=2018", ""),
        ("year_to=2019", "a-lamps"),
        ("year_to=2021", "a-lamps b-both"),
        ("year_from=2020&year_to=2020", "a-lamps"),
        ("year_from=2022&year_to=2022", "b-both c-tunnel"),
        ("started=2019", "a-lamps"),
        ("started=2019&started=unknown", "a-lamps d-undated"),
        ("started=2020/2029", "b-both c-tunnel"),
        ("started=../2020&status=completed", "a-lamps"),
        ("started=2021/..", "b-both c-tunnel"),
        ("started=-2019&started=-unknown", "b-both c-tunnel"),
        ("status=&country=&q=", "a-lamps b-both c-tunnel d-undated"),
        ("unknown=1", "a-lamps b-both c-tunnel d-undated"),
        ("sort=-title_en", "d-undated c-tunnel b-both a-lamps"),
        ("sort=status", "d-undated b-both a-lamps c-tunnel"),
        ("sort=-status", "c-tunnel a-lamps b-both d-undated"),
        ("sort=starts_on", "a-lamps b-both c-tunnel d-undated"),
        ("sort=-starts_on", "c-tunnel b-both a-lamps d-undated"),
        ("sort=kind", "c-tunnel a-lamps b-both d-undated"),
        ("sort=-slug", "d-undated c-tunnel b-both a-lamps"),
    ],
)
@pytest.mark.usefixtures("lamps")
def test_a_list_has_the_records_that_match_all_parameters(query, expected):
    assert (" ".join(slugs(query)), list_page(query).errors) == (expected, {})


@pytest.mark.parametrize(
    ("query", "field", "error"),
    [
        ("country=zz", "country", "“zz” was not found. Choose from the list."),
        ("country=xa&country=zz", "country", "“zz” was not found. Choose from the list."),
        ("city=alpah", "city", "“alpah” was not found. Did you mean alpha?"),
        ("city=alpha,alpah", "city", "“alpah” was not found. Did you mean alpha?"),
        ("city=alpha&city=alpah&city_match=all", "city", "“alpah” was not found. Did you mean alpha?"),
        ("city_match=most", "city_match", "“most” is not one of the options. Choose: any, all."),
        ("city_match=all&city_match=any", "city_match", "Enter only one value, not 2."),
        ("with_city=alpah", "with_city", "“alpah” was not found. Did you mean alpha?"),
        ("with_city=beta,alpah", "with_city", "“alpah” was not found. Did you mean alpha?"),
        ("with_city=--beta", "with_city", "“-beta” was not found. Did you mean beta?"),
        ("with_city=alpha,-beta", "with_city", "“-beta” was not found. Did you mean beta?"),
        ("with_city=,", "with_city", "“,” was not found."),
        ("country=xa&with_country=zz", "with_country", "“zz” was not found."),
        ("theme=7", "theme", "“7” was not found. Choose from the list."),
        ("report=nowhere", "report", "“nowhere” was not found."),
        (
            "pillar=lamps",
            "pillar",
            "“lamps” is not one of the options. Choose: digitally empowered governance, trust-based cooperation,"
            " security as a foundation.",
        ),
        ("status=AGREED", "status", "“AGREED” is not one of the options. Choose: interest, proposed, agreed,"
         " under way, operating, completed, stalled, unknown."),
        ("evidence=weak", "evidence",
         "“weak” is not one of the options. Choose: one report, several reports, disputed."),
        ("year_from=soon", "year_from", "“soon” is not a valid year. Enter a year such as 2024."),
        ("year_from=0", "year_from", "“0” is not a valid year. Enter a year such as 2024."),
        ("year_to=10000", "year_to", "“10000” is not a valid year. Enter a year such as 2024."),
        ("year_to=99999999999999999999", "year_to", "“99999999999999999999” is not a valid year. Enter a "
        "year such as 2024."),
        ("year_to=２０２４", "year_to", "“２０２４” is not a valid year. Enter a year such as 2024."),
        ("year_from=2020&year_from=2021", "year_from", "Enter only one value, not 2: 2020, 2021."),
        ("year_from=2022&year_to=2021", "year_to", "2021 is earlier than 2022. Change one of the two years."),
        ("started=soon", "started", "“soon” is not a valid start year. Enter a year such as 2024, a range such as"
         " 2020/2024, or “unknown”."),
        *(
            (f"started={wrong}", "started", f"“{wrong}” is not a valid start year. Enter a year such as 2024, a range"
             " such as 2020/2024, or “unknown”.")
            for wrong in ("0", "10000", "../..", "2024/2020", "0/2020", "2024/", "२०२४")
        ),
        ("&".join(f"started={n}" for n in range(1, 52)), "started", "Too many year ranges: 51. Enter at most 50."),
        ("q=%00", "q", "“�” contains characters that cannot be searched for. Remove them."),
        ("country=x%00a", "country", "“x�a” contains characters that cannot be searched for. Remove them."),
        ("status=%00", "status", "“�” contains characters that cannot be searched for. Remove them."),
        ("year_from=%00", "year_from", "“�” contains characters that cannot be searched for. Remove them."),
        ("report=%00", "report", "“�” contains characters that cannot be searched for. Remove them."),
        ("&".join(f"q={n}" for n in range(11)), "q", "Too many phrases: 11. Search for at most 10."),
        ("q=" + "x" * 201, "q", "The search text is too long: 201 characters. Enter at most 200."),
        ("sort=sideways", "sort", "This list cannot be sorted by “sideways”. Choose: Initiative, Status, "
         "Reported, Years, Reports."),
        ("sort=--slug", "sort", "This list cannot be sorted by “--slug”. Choose: Initiative, Status, "
         "Reported, Years, Reports."),
        ("sort=slug&sort=kind", "sort", "Enter only one value, not 2."),
        ("page=0", "page", "“0” is not a valid page number. Enter a number such as 2."),
        ("page=-1", "page", "“-1” is not a valid page number. Enter a number such as 2."),
        ("page=two", "page", "“two” is not a valid page number. Enter a number such as 2."),
        ("page=99999999999999999999999", "page",
         "“99999999999999999999999” is not a valid page number. Enter a number such as 2."),
        ("page=2", "page", "Page 2 does not exist. The last page is 1."),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("lamps")
def test_an_invalid_value_gives_an_error_and_no_records(query, field, error):
    page = list_page(query)
    assert (list(page.page), page.errors) == ([], {field: [error]})
    assert page.heading == "Initiatives"


@pytest.mark.parametrize(
    ("language", "error"),
    [
        (
            "ru",
            "Недопустимое значение «sure». Выберите: интерес, предложено, согласовано, реализуется, действует, "
            "завершено, остановлено, неизвестно.",
        ),
        ("zh-hans", "“sure”无效，可选：有意向、已提议、已商定、推进中、运行中、已完成、停滞、不详。"),
    ],
)
def test_an_error_lists_the_labels_of_the_options_in_the_reader_s_language(language, error):
    with translation.override(language):
        assert list_page("status=sure").errors == {"status": [error]}
        assert list_page("status=under_way").errors == {}


@pytest.mark.usefixtures("lamps")
def test_drafts_do_not_match_and_are_not_options():
    make.make_city("hidden", state="draft")
    make.make_initiative("draft", title_ru="Лампы", state="draft")
    assert slugs("q=лампы") == ["d-undated"]
    assert "city" in list_page("city=hidden").errors
    options = next(panel for panel in list_page("").filter_panels if panel.name == "city").options
    assert [option.value for option in options] == ["alpha", "beta"]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "4 initiatives"),
        ("country=xa&status=agreed&theme=lamps", "1 initiative, agreed, with Country XA, on Lamps"),
        ("city=alpha&city=beta", "2 initiatives with Alpha or Beta"),
        ("city=alpha&city=beta&city_match=all", "1 initiative with Alpha and Beta"),
        ("city=beta,alpha&city=-alpha", "0 initiatives with Beta and Alpha, not with Alpha"),
        ("city=alpha&city_match=all", "2 initiatives with Alpha"),
        ("city=alpha&with_city=beta", "1 initiative with Alpha, together with Beta"),
        ("city=alpha&with_city=-beta", "1 initiative with Alpha, not together with Beta"),
        ("city=alpha&with_city=alpha,beta", "1 initiative with Alpha, together with Alpha and Beta"),
        ("with_country=xa&with_country=xb", "3 initiatives together with Country XA or Country XB"),
        ("q=both", "1 initiative matching “both”"),
        ("year_from=2020&year_to=2021", "2 initiatives from 2020, up to 2021"),
        ("started=2019", "1 initiative started in 2019"),
        ("started=-unknown", "3 initiatives not started in an unknown year"),
        ("started=2019/2020&started=2021/..", "3 initiatives started in 2019 to 2020 or 2021 or later"),
        ("status=interest&status=stalled", "2 initiatives, interest or stalled"),
        ("pillar=security&kind=plan", "1 initiative, plan, under the pillar security as a foundation"),
        ("theme=lamps&status=stalled", "0 initiatives, stalled, on Lamps"),
    ],
)
@pytest.mark.usefixtures("lamps")
def test_the_heading_describes_the_filters_in_words(query, heading):
    assert list_page(query).heading == heading


@pytest.mark.usefixtures("lamps")
def test_each_active_value_has_a_chip_that_removes_it():
    chips = list_page("country=XA&country=xb&q=+lamps+&page=1").chips
    assert [(chip.label, chip.remove_query, chip.is_invalid) for chip in chips] == [
        ("Search this list: lamps", "?country=XA&country=xb", False),
        ("Country: Country XA", "?country=xb&q=+lamps+", False),
        ("Country: Country XB", "?country=XA&q=+lamps+", False),
    ]


@pytest.mark.usefixtures("lamps")
def test_of_several_values_that_must_all_match_each_has_a_chip_and_a_ticked_option():
    page = list_page("city=alpha&city=beta&city_match=all&status=agreed")
    assert [(chip.label, chip.remove_query) for chip in page.chips] == [
        ("Status: agreed", "?city=alpha%2Cbeta"),
        ("City: Alpha", "?status=agreed&city=beta"),
        ("City: Beta", "?status=agreed&city=alpha"),
    ]
    panel = page.filter_panel("city")
    assert [(option.value, option.is_selected) for option in panel.options] == [
        ("alpha", True),
        ("beta", True),
    ]
    assert (panel.requires_all, panel.unknown_values) == (True, [])
    assert page.exclude_link("city", "beta") == "?status=agreed&city=alpha&city=-beta"
    assert page.export_query == "?city=alpha%2Cbeta&status=agreed"


@pytest.mark.usefixtures("lamps")
def test_the_choice_of_all_is_kept_while_fewer_than_two_values_are_ticked():
    page = list_page("city=alpha&city_match=all")
    assert page.filter_panel("city").requires_all
    assert page.query == "?city=alpha&city_match=all"
    assert not list_page("city=alpha").filter_panel("city").requires_all


@pytest.mark.usefixtures("lamps")
def test_the_choice_of_any_or_all_affects_only_one_query():
    queries = ("city=alpha", "city=alpha&city_match=all", "city=alpha&country_match=all")
    with facet_index("initiatives") as state:
        pages = [ListPage(INITIATIVES, state, QueryDict(query)) for query in queries]
        choices = [[panel.name for panel in page.filter_panels if panel.requires_all] for page in pages]
        # The choice between any and all values does not change the years.
        assert pages[1].year_bars is pages[0].year_bars
    assert choices == [[], ["city"], ["country"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("city=alpha", {"alpha": 2, "beta": 1, "gamma": 1}),
        ("city=alpha&city_match=all", {"alpha": 2, "beta": 1, "gamma": 0}),
        ("city=beta&city_match=all", {"alpha": 1, "beta": 1, "gamma": 0}),
        ("city=alpha&city=beta&city_match=all", {"alpha": 1, "beta": 1, "gamma": 0}),
        # Excluded records are not counted. The count of an excluded option is the number of records that the option
        # removes.
        ("city=alpha&city=-beta&city_match=all", {"alpha": 1, "beta": 1, "gamma": 0}),
        ("city=-gamma&city_match=all", {"alpha": 2, "beta": 1, "gamma": 1}),
        ("city=alpha,gamma&status=completed", {"alpha": 0, "beta": 0, "gamma": 0}),
    ],
)
@pytest.mark.usefixtures("lamps")
def test_the_count_of_an_option_is_the_length_of_the_list_after_it_is_also_ticked(query, expected):
    make.make_initiative("e-gamma", lead=[make.make_city("gamma", "xa")])
    page = list_page(query)
    options = page.filter_panel("city").options
    # Options without records are hidden at first.
    assert dict.fromkeys(expected, 0) | {option.value: option.count for option in options} == expected
    if page.filter_panel("city").requires_all:
        for option in options:
            if not option.is_selected and not option.is_excluded:
                ticked = list_page(f"{query.replace(',', '&city=')}&city={option.value}&city_match=all")
                assert ticked.result_set.count() == option.count


@pytest.mark.usefixtures("lamps")
def test_the_filter_for_other_participants_has_a_panel_only_while_it_is_active():
    page = list_page("city=alpha&with_city=beta&with_city=-alpha")
    assert [(chip.label, chip.remove_query) for chip in page.chips] == [
        ("City: Alpha", "?with_city=beta&with_city=-alpha"),
        ("Together with city: Beta", "?city=alpha&with_city=-alpha"),
        ("Together with city: not Alpha", "?city=alpha&with_city=beta"),
    ]
    assert {option.value for option in page.filter_panel("with_city").visible_options} == {"alpha", "beta"}
    joined = list_page("with_city=Alpha,beta").filter_panel("with_city")
    assert ([(option.value, option.label) for option in joined.visible_options], joined.unknown_values) == (
        [("alpha,beta", "Alpha and Beta")],
        [],
    )
    assert list_page("city=alpha").filter_panel("with_city").visible_options == []


@pytest.mark.usefixtures("lamps")
def test_an_invalid_value_has_a_chip_that_removes_it():
    assert [
        (chip.label, chip.remove_query, chip.is_invalid)
        for chip in list_page("country=zz&status=agreed").chips
    ] == [
        ("Status: agreed", "?country=zz", False),
        ("Country: zz", "?status=agreed", True),
    ]


@pytest.mark.usefixtures("lamps")
def test_a_column_header_sorts_and_then_reverses_the_order():
    def headers(query):
        return column_headers(list_page(query))

    assert headers("status=agreed")["Reported"] == (
        "?status=agreed&sort=status_reported_on", "descending",
    )  # fmt: skip
    assert headers("sort=title_en")["Initiative"] == ("?sort=-title_en", "ascending")
    assert headers("status=agreed")["Status"] == ("?status=agreed&sort=status", "")
    assert headers("sort=-status")["Status"] == ("?sort=status", "descending")
    assert headers("")["Cities"] == ("", "")


def test_a_page_has_fifty_records_and_the_next_one_continues():
    for number in range(51):
        make.make_initiative(f"i-{number:02}")
    assert [str(record.title) for record in list_page("page=2").records] == ["I 50"]
    first = list_page("page=1")
    assert (len(first.page), first.count, first.page_link(2)) == (50, 51, "?page=2")


def test_names_that_differ_in_case_sort_together_on_both_databases():
    for slug, title in (
        ("a", "beta"),
        ("b", "Alpha"),
        ("c", "ALPHA"),
        ("d", "Zeta"),
        ("e", "Ёлка"),
        ("f", "Ürümqi"),
        ("g", "ürgench"),
    ):
        make.make_initiative(slug, title_en=title)
    assert slugs("") == ["b", "c", "a", "d", "f", "g", "e"]


@pytest.mark.usefixtures("lamps")
def test_the_export_query_omits_the_page_and_unknown_parameters():
    assert list_page("country=xa&page=1&sort=-slug&utm_source=x").export_query == "?country=xa&sort=-slug"
