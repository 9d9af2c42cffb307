"""Mistakes that show when rows are compared with others.

Each changes one place of the right package: table, what is there, what replaces it, which problems follow.
"""

SAY_WHAT = "Say what the passage reports, since it is not the record's value."

BROKEN_RULES = {
    "a key twice": (
        "initiative_cities", "lamps-for-all,betatown", "lamps-for-all,alphaville",
        [
            "initiative_cities.csv:3: initiative, city “lamps-for-all, alphaville”: "
            "Line 2 has the same key already."
        ],
    ),
    "evidence twice, numbered in two ways": (
        "evidence", "countries:XA,sco_role,gazette-2025,1,,supports\n",
        "countries:XA,sco_role,gazette-2025,1,,supports\ncountries:XA,sco_role,gazette-2025,01,,supports\n",
        [
            "evidence.csv:4: record, field, report, passage, stance, reported_value “countries:XA, sco_role, "
            "gazette-2025, 01, supports, ”: Line 3 has the same key already."
        ],
    ),
    "a reference to no record": (
        "attendances", "lamp-forum", "lamp-forun",
        [
            "attendances.csv:2: event “lamp-forun”: There is no such record in events. "
            "Did you mean “lamp-forum”?"
        ],
    ),
    "a reference to no record among others": (
        "events", "lamps; streets", "lamps; zzz",
        ["events.csv:3: themes “zzz”: There is no such record in themes."],
    ),
    "a record of no table": (
        "evidence", "delegates:ada,role", "delegate:ada,role",
        [
            "evidence.csv:5: record “delegate:ada”: “delegate” is no table of records; use one of countries, "
            "cities, reports, themes, organisations, events, delegates, statements, initiatives. "
            "Did you mean “delegates”?",
            "delegates.csv:2: state “published”: No published report supports role of delegates:ada; "
            "add evidence or do not publish it.",
        ],
    ),
    "a record without a table": (
        "evidence", "countries:XA", "XA",
        ["evidence.csv:3: record “XA”: Name a record as TABLE:SLUG, as in “cities:moscow”."],
    ),
    "no record of that kind": (
        "evidence", "countries:XA", "countries:XC",
        ["evidence.csv:3: record “countries:XC”: There is no such record in countries."],
    ),
    "evidence about no field": (
        "evidence", "sco_role", "sco_rule",
        [
            "evidence.csv:3: field “sco_rule”: There is no such field in countries that evidence can speak "
            "of. Did you mean “sco_role”?"
        ],
    ),
    "evidence about no figure": (
        "evidence", "countries:XA,sco_role", "countries:XA,figure:lamps",
        ["evidence.csv:3: field “figure:lamps”: The record has no such figure."],
    ),
    "a figure without a label": (
        "figures", "cities:alphaville,lamps per street", "cities:alphaville,",
        [
            "figures.csv:2: label: A value is needed here.",
            "evidence.csv:2: field “figure:lamps per street”: The record has no such figure.",
        ],
    ),
    "evidence that differs in nothing": (
        "evidence", ",2023,differs", ",,differs",
        ["evidence.csv:12: reported_value: " + SAY_WHAT],
    ),
    "evidence of an earlier state that it does not tell": (
        "evidence", ",as of 2023: a wish,earlier", ",,earlier",
        ["evidence.csv:13: reported_value: " + SAY_WHAT],
    ),
    "no such passage": (
        "evidence", "herald-2025,10,", "herald-2025,1,",
        ["evidence.csv:12: passage “1”: “herald-2025” has no such passage, only 10."],
    ),
    "an end before the start": (
        "events", ",2025-05,2025-05-03,", ",2025-05,2025-04,",
        ["events.csv:3: ends_on “2025-04”: It ends before it starts, on 2025-05."],
    ),
    "an event within itself": (
        "events", ",in May,,", ",in May,a-opening,",
        [
            "events.csv:2: parent “lamp-forum”: An event cannot be part of itself.",
            "events.csv:3: parent “a-opening”: An event cannot be part of itself.",
        ],
    ),
    "a statement from nowhere": (
        "statements", ",ada,,", ",,,",
        [
            "statements.csv:2: delegate, event: Name the delegate who said it or the event at which it was "
            "said."
        ],
    ),
    "a published record without support for what needs its own": (
        "evidence", "initiatives:lamps-for-all,status,gazette-2025,1,,supports\n", "",
        [
            "initiatives.csv:2: state “published”: No published report supports status of "
            "initiatives:lamps-for-all; add evidence or do not publish it."
        ],
    ),
    "a published record without support for its cities": (
        "evidence", "initiatives:lamps-for-all,cities,gazette-2025,1,,supports\n", "",
        [
            "initiatives.csv:2: state “published”: No published report supports cities of "
            "initiatives:lamps-for-all; add evidence or do not publish it."
        ],
    ),
    "a published record without support for a figure": (
        "evidence", "cities:alphaville,figure:lamps per street,gazette-2025,1,,supports\n", "",
        [
            "cities.csv:2: state “published”: No published report supports figure:lamps per street of "
            "cities:alphaville; add evidence or do not publish it."
        ],
    ),
    "a published record that nothing supports as a whole": (
        "evidence", "events:lamp-forum,*,", "events:lamp-forum,name_en,",
        [
            "events.csv:3: state “published”: No published report supports kind, series, host_city, "
            "starts_on, ends_on, date_text, themes, attendances of events:lamp-forum; "
            "add evidence or do not publish it."
        ],
    ),
    "a published record that only a draft of a report supports": (
        "evidence", "ends_on,gazette-2025,2", "ends_on,herald-2025,10",
        [
            "initiatives.csv:2: state “published”: No published report supports ends_on of "
            "initiatives:lamps-for-all; add evidence or do not publish it."
        ],
    ),
    "an address that two reports have": (
        "reports", "https://herald.example/lamps", "https://gazette.example/lamps",
        ["reports.csv:3: address “https://gazette.example/lamps”: Line 2 has it already."],
    ),
}  # fmt: skip
