"""Errors in the file, in a row or in a single cell.

Each entry makes one change to the valid package. An entry contains the table, the old text, the new text and the
expected errors.
"""

INVALID_CELLS = {
    "an unknown column": (
        "cities", ",aliases,", ",aliasses,",
        [
            "cities.csv:1: aliasses: There is no such column. Did you mean “aliases”?",
            "cities.csv:1: aliases: The column is missing.",
        ],
    ),
    "a repeated column": (
        "attendances", "event,delegate,role_at_event,", "event,delegate,role_at_event,event,",
        ["attendances.csv:1: event: The column appears twice."],
    ),
    "too few cells": (
        "attendances", ",speaker", "",
        ["attendances.csv:2: The row has 5 cells, but the header row has 6."],
    ),
    "too many cells": (
        "attendances", ",speaker", ",speaker,a",
        ["attendances.csv:2: The row has 7 cells, but the header row has 6."],
    ),
    "a long quotation": (
        "passages", "“Let there be light.”", "light " * 61,
        [
            "passages.csv:3: quotation “light light light light light light light light light light light light "
            "light l…”: A quotation can contain at most 60 words, or 120 Chinese characters. This quotation "
            "counts as 61 "
            "words. Shorten it."
        ],
    ),
    "an archived copy that nobody can open": (
        "passages", "https://archive.example/gazette", "javascript:alert(1)",
        ["passages.csv:3: archive_address “javascript:alert(1)”: Enter a valid URL."],
    ),
    "an empty line": (
        "attendances", "lamp-forum,ada", "\nlamp-forum,ada",
        ["attendances.csv:2: The row has 0 cells, but the header row has 6."],
    ),
    "a NUL character": (
        "cities", "The Ville", "The\0Ville",
        ["cities.csv:2: The file contains a NUL character, which cannot be stored. Remove it."],
    ),
    "an unclosed quote": (
        "attendances", "speaker", '"speaker',
        ["attendances.csv:2: This is not valid CSV: unexpected end of data."],
    ),
    "an empty required cell": (
        "themes", "streets,Streets", "streets,",
        ["themes.csv:3: name_en: A value is required here."],
    ),
    "a required cell with only spaces": (
        "themes", "streets,Streets", "streets,  ",
        ["themes.csv:3: name_en “  ”: A value is required here."],
    ),
    "an invalid slug": (
        "themes", "streets,Streets", "Streets!,Streets",
        [
            "themes.csv:3: slug “Streets!”: Lower-case Latin letters, digits and single hyphens only, "
            "as in “dushanbe-safe-city”.",
            "events.csv:3: themes “streets”: There is no such record in themes. Did you mean “Streets!”?",
        ],
    ),
    "an invalid country code": (
        "countries", "XB,", "Xb,",
        [
            "countries.csv:3: code “Xb”: Use the ISO 3166-1 code of the country, two capital letters, "
            "for example “KG”."
        ],
    ),
    "a country code in lower case": (
        "cities", ",XB,", ",xb,",
        [
            "cities.csv:3: country “xb”: Use the ISO 3166-1 code of the country, two capital letters, "
            "for example “KG”."
        ],
    ),
    "a misspelt choice": (
        "initiatives", ",agreed,", ",agred,",
        [
            "initiatives.csv:2: status “agred”: Use one of: interest, proposed, agreed, under_way, operating, "
            "completed, stalled, unknown. Did you mean “agreed”?"
        ],
    ),
    "an unknown choice": (
        "initiative_cities", "betatown,reference", "betatown,xyz",
        ["initiative_cities.csv:3: role “xyz”: Use one of: lead, partner, reference."],
    ),
    "a text that is too long": (
        "themes", "streets,Streets", f"streets,{'s' * 201}",
        [
            f"themes.csv:3: name_en “{'s' * 79}…”: "
            "Ensure this value has at most 200 characters (it has 201)."
        ],
    ),
    "an invalid date": (
        "initiatives", ",2024,2024/2029,", ",spring 2024,2024/2029,",
        [
            "initiatives.csv:2: starts_on “spring 2024”: “spring 2024” is not a valid date. A date as YYYY, "
            "YYYY-MM or YYYY-MM-DD, or an interval of two such dates, for example 2024/2029."
        ],
    ),
    "an impossible day": (
        "reports", ",2025-02-01,", ",2025-02-30,",
        ["reports.csv:2: accessed_on “2025-02-30”: This is not a full date. Use the format YYYY-MM-DD."],
    ),
    "a month instead of a day": (
        "reports", ",2025-02-01,", ",2025-02,",
        ["reports.csv:2: accessed_on “2025-02”: This is not a full date. Use the format YYYY-MM-DD."],
    ),
    "an invalid whole number": (
        "cities", ",1000,", ',"1,000",',
        [
            "cities.csv:2: population “1,000”: This is not a whole number. Use digits only, for example 12000."
        ],
    ),
    "an invalid number": (
        "figures", ",0.5,", ",5e-1,",
        ["figures.csv:2: value “5e-1”: This is not a number. Use digits and a decimal point, for example 21.39."],
    ),
    "a number with too many digits": (
        "figures", ",0.5,", ",1234567890.123456,",
        ["figures.csv:2: value “1234567890.123456”: A number can have at most 15 significant digits."],
    ),
    "a number out of range": (
        "cities", ",10.5,", ",90.1,",
        ["cities.csv:2: latitude “90.1”: The value must be between -90 and 90."],
    ),
    "too many decimals": (
        "cities", ",10.5,", ",10.123456,",
        ["cities.csv:2: latitude “10.123456”: Ensure that there are no more than 5 decimal places."],
    ),
    "a year before the SCO": (
        "countries", ",2001,", ",1899,",
        ["countries.csv:2: sco_since “1899”: The value must be between 1996 and 2100."],
    ),
    "an invalid URL": (
        "reports", "https://gazette.example/lamps", "gazette",
        ["reports.csv:2: address “gazette”: Enter a valid URL."],
    ),
    "an invalid Wikidata item": (
        "cities", ",Q101,", ",101,",
        ["cities.csv:2: wikidata_id “101”: Enter Q and a number, for example Q11736."],
    ),
    "a list with an empty item": (
        "initiatives", "XA; XB", "XA; XB; ",
        ["initiatives.csv:2: countries “XA; XB; ”: The list contains an empty item. Separate items with “; ”."],
    ),
    "a list with an empty item in the middle": (
        "events", "lamps; streets", "lamps; ; streets",
        ["events.csv:3: themes “lamps; ; streets”: The list contains an empty item. Separate items with “; ”."],
    ),
    "a list with a repeated item": (
        "events", "lamps; streets", "lamps; lamps",
        ["events.csv:3: themes “lamps; lamps”: The list contains “lamps” twice."],
    ),
}  # fmt: skip
