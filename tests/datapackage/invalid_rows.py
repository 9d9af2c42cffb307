"""Errors that are detected by comparing rows with other rows.

Each entry makes one change to the valid package. An entry contains the table, the old text, the new text and the
expected errors.
"""

REPORTED_VALUE_REQUIRED = "Enter the value that the passage reports, because it differs from the record."

INVALID_ROWS = {
    "a repeated key": (
        "initiative_cities", "lamps-for-all,betatown", "lamps-for-all,alphaville",
        [
            "initiative_cities.csv:3: initiative, city “lamps-for-all, alphaville”: "
            "Line 2 already has the same key."
        ],
    ),
    "a city with the slug of a rule for peers": (
        "cities", "betatown,Betatown", "size,Size,,,XB,1,1,,,,,published,\nbetatown,Betatown",
        [
            "cities.csv:3: slug “size”: A city, a group of countries or an option for comparisons already uses this "
            "slug. Choose another slug."
        ],
    ),
    "the translation of a headline": (
        "reports", "draft,,,Черновик", "draft,Ещё лампы,,Черновик",
        [
            "reports.csv:3: title_ru “Ещё лампы”: Translate only a description in round brackets, not a "
            "headline. Clear this field."
        ],
    ),
    "repeated evidence with the number in two forms": (
        "evidence", "countries:XA,sco_role,gazette-2025,1,,supports,,,\n",
        "countries:XA,sco_role,gazette-2025,1,,supports,,,\ncountries:XA,sco_role,gazette-2025,01,,supports,,,\n",
        [
            "evidence.csv:4: record, field, report, passage, stance, reported_value “countries:XA, sco_role, "
            "gazette-2025, 01, supports, ”: Line 3 already has the same key."
        ],
    ),
    "an unresolved reference": (
        "attendances", "lamp-forum", "lamp-forun",
        [
            "attendances.csv:2: event “lamp-forun”: There is no such record in events. "
            "Did you mean “lamp-forum”?"
        ],
    ),
    "an unresolved reference in a list": (
        "events", "lamps; streets", "lamps; zzz",
        ["events.csv:3: themes “zzz”: There is no such record in themes."],
    ),
    "a record of an unknown table": (
        "evidence", "delegates:ada,role", "delegate:ada,role",
        [
            "evidence.csv:5: record “delegate:ada”: “delegate” is not a table of records. Use one of: countries, "
            "country_groups, cities, reports, themes, organisations, events, delegates, statements, initiatives. "
            "Did you mean “delegates”?",
            "delegates.csv:2: state “published”: No published report supports role of delegates:ada. Add "
            "evidence, or do not publish the record.",
        ],
    ),
    "a record without a table": (
        "evidence", "countries:XA", "XA",
        ["evidence.csv:3: record “XA”: Write a record as TABLE:SLUG, for example “cities:moscow”."],
    ),
    "an unknown record": (
        "evidence", "countries:XA", "countries:XC",
        ["evidence.csv:3: record “countries:XC”: There is no such record in countries."],
    ),
    "evidence for an unknown field": (
        "evidence", "sco_role", "sco_rule",
        [
            "evidence.csv:3: field “sco_rule”: There is no such evidence field in countries. "
            "Did you mean “sco_role”?"
        ],
    ),
    "evidence for an unknown figure": (
        "evidence", "countries:XA,sco_role", "countries:XA,figure:lamps",
        ["evidence.csv:3: field “figure:lamps”: The record has no such figure."],
    ),
    "a figure without a label": (
        "figures", "cities:alphaville,lamps per street", "cities:alphaville,",
        [
            "figures.csv:2: label: A value is required here.",
            "evidence.csv:2: field “figure:lamps per street”: The record has no such figure.",
        ],
    ),
    "differing evidence without a value": (
        "evidence", ",2023,differs", ",,differs",
        ["evidence.csv:12: reported_value: " + REPORTED_VALUE_REQUIRED],
    ),
    "evidence of an earlier state without a value": (
        "evidence", ",as of 2023: a wish,earlier", ",,earlier",
        ["evidence.csv:13: reported_value: " + REPORTED_VALUE_REQUIRED],
    ),
    "an unknown passage": (
        "evidence", "herald-2025,10,", "herald-2025,1,",
        ["evidence.csv:12: passage “1”: “herald-2025” has no passage with this number. Available passages: 10."],
    ),
    "an end before the start": (
        "events", ",2025-05,2025-05-03,", ",2025-05,2025-04,",
        ["events.csv:3: ends_on “2025-04”: The end is before the start (2025-05)."],
    ),
    "an event within itself": (
        "events", ",in May,,", ",in May,a-opening,",
        [
            "events.csv:2: parent “lamp-forum”: An event cannot be part of itself.",
            "events.csv:3: parent “a-opening”: An event cannot be part of itself.",
        ],
    ),
    "a statement without delegate and event": (
        "statements", ",ada,,", ",,,",
        [
            "statements.csv:2: delegate, event: Enter the delegate who made the statement or "
            "the event where it was made."
        ],
    ),
    "a published record without evidence for its status": (
        "evidence", "initiatives:lamps-for-all,status,gazette-2025,1,,supports,,,\n", "",
        [
            "initiatives.csv:2: state “published”: No published report supports status of "
            "initiatives:lamps-for-all. Add evidence, or do not publish the "
            "record."
        ],
    ),
    "a published record without evidence for its cities": (
        "evidence", "initiatives:lamps-for-all,cities,gazette-2025,1,,supports,,,\n", "",
        [
            "initiatives.csv:2: state “published”: No published report supports cities of "
            "initiatives:lamps-for-all. Add evidence, or do not publish the "
            "record."
        ],
    ),
    "a published record without evidence for a figure": (
        "evidence", "cities:alphaville,figure:lamps per street,gazette-2025,1,,supports,,,\n", "",
        [
            "cities.csv:2: state “published”: No published report supports figure:lamps per street of "
            "cities:alphaville. Add evidence, or do not "
            "publish the record."
        ],
    ),
    "a published record without evidence for the whole record": (
        "evidence", "events:lamp-forum,*,", "events:lamp-forum,name_en,",
        [
            "events.csv:3: state “published”: No published report supports kind, series, host_city, "
            "starts_on, ends_on, date_text, themes, attendances of events:lamp-forum. "
            "Add evidence, or do not publish the record."
        ],
    ),
    "a published record supported only by a draft report": (
        "evidence", "ends_on,gazette-2025,2", "ends_on,herald-2025,10",
        [
            "initiatives.csv:2: state “published”: No published report supports ends_on of "
            "initiatives:lamps-for-all. Add evidence, or do not publish the "
            "record."
        ],
    ),
    "the same address in two reports": (
        "reports", "https://herald.example/lamps", "https://gazette.example/lamps",
        ["reports.csv:3: address “https://gazette.example/lamps”: Line 2 already has this value."],
    ),
}  # fmt: skip
