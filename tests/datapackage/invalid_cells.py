"""Mistakes that show in the file, in a row or in a cell by itself.

Each changes one place of the right package: table, what is there, what replaces it, which problems follow.
"""

MISTAKEN_CELLS = {
    "an unknown column": (
        "cities", ",aliases,", ",aliasses,",
        [
            "cities.csv:1: aliasses: There is no such column. Did you mean “aliases”?",
            "cities.csv:1: aliases: The column is missing.",
        ],
    ),
    "a column twice": (
        "attendances", "event,delegate,role_at_event\n", "event,delegate,role_at_event,event\n",
        ["attendances.csv:1: event: The column is there twice."],
    ),
    "too few cells": (
        "attendances", ",speaker", "",
        ["attendances.csv:2: The row has 2 cells where the header has 3."],
    ),
    "too many cells": (
        "attendances", ",speaker", ",speaker,a",
        ["attendances.csv:2: The row has 4 cells where the header has 3."],
    ),
    "an empty line": (
        "attendances", "lamp-forum,ada", "\nlamp-forum,ada",
        ["attendances.csv:2: The row has 0 cells where the header has 3."],
    ),
    "a NUL": (
        "cities", "The Ville", "The\0Ville",
        ["cities.csv:2: There is a NUL character, which no database can keep; take it out."],
    ),
    "an open quote": (
        "attendances", "speaker", '"speaker',
        ["attendances.csv:2: This is not CSV: unexpected end of data."],
    ),
    "a required cell left empty": (
        "themes", "streets,Streets", "streets,",
        ["themes.csv:3: name_en: A value is needed here."],
    ),
    "a required cell with nothing but space": (
        "themes", "streets,Streets", "streets,  ",
        ["themes.csv:3: name_en “  ”: A value is needed here."],
    ),
    "a bad slug": (
        "themes", "streets,Streets", "Streets!,Streets",
        [
            "themes.csv:3: slug “Streets!”: Lower-case Latin letters, digits and single hyphens only, "
            "as in “dushanbe-safe-city”.",
            "events.csv:3: themes “streets”: There is no such record in themes. Did you mean “Streets!”?",
        ],
    ),
    "a bad country code": (
        "countries", "XB,", "Xb,",
        [
            "countries.csv:3: code “Xb”: A country is named by its ISO 3166-1 code of two capital letters, "
            "as in “KG”."
        ],
    ),
    "a country in small letters": (
        "cities", ",XB,", ",xb,",
        [
            "cities.csv:3: country “xb”: A country is named by its ISO 3166-1 code of two capital letters, "
            "as in “KG”."
        ],
    ),
    "a value of no enumeration": (
        "initiatives", ",agreed,", ",agred,",
        [
            "initiatives.csv:2: status “agred”: Use one of interest, proposed, agreed, under_way, operating, "
            "completed, stalled, unknown. Did you mean “agreed”?"
        ],
    ),
    "a value like none of the enumeration": (
        "initiative_cities", "betatown,reference", "betatown,xyz",
        ["initiative_cities.csv:3: role “xyz”: Use one of lead, partner, reference."],
    ),
    "a text too long": (
        "themes", "streets,Streets", f"streets,{'s' * 201}",
        [
            f"themes.csv:3: name_en “{'s' * 79}…”: "
            "Ensure this value has at most 200 characters (it has 201)."
        ],
    ),
    "no date": (
        "initiatives", ",2024,2024/2029,", ",spring 2024,2024/2029,",
        [
            "initiatives.csv:2: starts_on “spring 2024”: “spring 2024” is not a date. A date as YYYY, "
            "YYYY-MM or YYYY-MM-DD, or an interval of two such dates, as in 2024/2029."
        ],
    ),
    "no day": (
        "reports", ",2025-02-01,", ",2025-02-30,",
        ["reports.csv:2: accessed_on “2025-02-30”: This is not a day; write it as YYYY-MM-DD."],
    ),
    "a month for a day": (
        "reports", ",2025-02-01,", ",2025-02,",
        ["reports.csv:2: accessed_on “2025-02”: This is not a day; write it as YYYY-MM-DD."],
    ),
    "no whole number": (
        "cities", ",1000,", ',"1,000",',
        [
            "cities.csv:2: population “1,000”: This is not a whole number; write it in digits alone, "
            "as in 12000."
        ],
    ),
    "no number": (
        "figures", ",0.5,", ",5e-1,",
        ["figures.csv:2: value “5e-1”: This is not a number; write it with digits and a point, as in 21.39."],
    ),
    "a number that no database need keep": (
        "figures", ",0.5,", ",1234567890.123456,",
        ["figures.csv:2: value “1234567890.123456”: A number has at most 15 significant digits."],
    ),
    "a number out of range": (
        "cities", ",10.5,", ",90.1,",
        ["cities.csv:2: latitude “90.1”: It must lie between -90 and 90."],
    ),
    "too many decimals": (
        "cities", ",10.5,", ",10.123456,",
        ["cities.csv:2: latitude “10.123456”: Ensure that there are no more than 5 decimal places."],
    ),
    "a year before the SCO": (
        "countries", ",2001,", ",1899,",
        ["countries.csv:2: sco_since “1899”: It must lie between 1996 and 2100."],
    ),
    "no web address": (
        "reports", "https://gazette.example/lamps", "gazette",
        ["reports.csv:2: address “gazette”: Enter a valid URL."],
    ),
    "no item of Wikidata": (
        "cities", ",Q101,", ",101,",
        ["cities.csv:2: wikidata_id “101”: A Q and a number, as in Q11736."],
    ),
    "a list with an empty item": (
        "initiatives", "XA; XB", "XA; XB; ",
        ["initiatives.csv:2: countries “XA; XB; ”: The list has an empty item; join several with “; ”."],
    ),
    "a list with nothing between two signs": (
        "events", "lamps; streets", "lamps; ; streets",
        ["events.csv:3: themes “lamps; ; streets”: The list has an empty item; join several with “; ”."],
    ),
    "a list with an item twice": (
        "events", "lamps; streets", "lamps; lamps",
        ["events.csv:3: themes “lamps; lamps”: The list names “lamps” twice."],
    ),
}  # fmt: skip
