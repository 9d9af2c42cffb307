"""Compares the admin over HTTP with a plain Django admin, for lists, forms and saves of initiatives.

The time grows with the number of records, so both admins are measured with the same number of records in every run. The
measurements use a copy of the database, because the saves change it.
"""

import re
import secrets
from statistics import median

from tests.form_values import form_values
from tests.ops.site_process import manage

from . import databases, site
from . import generator as words
from .databases import Database
from .site import Site, summary

ROWS = 100_000
LIST = "/admin/initiatives/initiative/"
PLAIN_LIST = "/admin/bench/initiatives/initiative/"
# Query strings of the list, by kind. The kinds are filters, sorting by column, early and late pages, and searches.
LISTS = {
    "no filter": ("", "p=2", "p=5"),
    "a late page": ("p=1000", "p=1990", "state__exact=published&p=1900"),
    "state": ("state__exact=published", "state__exact=draft"),
    "evidence": ("evidence=none", "evidence=single", "evidence=several", "evidence=disputed"),
    "kind": ("kind__exact=project", "kind__exact=route"),
    "status": ("status__exact=under_way", "status__exact=unknown"),
    "country": ("countries__id__exact=1", "countries__id__exact=20"),
    "theme": ("themes__id__exact=1", "themes__id__exact=30"),
    "several filters": ("kind__exact=plan&status__exact=agreed&themes__id__exact=2",
                        "countries__id__exact=3&evidence=several"),
    "a word": (*(f"q={word}" for word in words.QUARTER["en"][:2]), f"q={words.HUNDREDTH}",
               f"q={words.TEN_THOUSANDTH}", "q=test-initiative-0000777"),
    "sorted by a column": ("o=1", "o=-1", "o=2", "o=5", "o=-6", "o=7", "o=-8", "o=8&kind__exact=plan&p=3"),
}  # fmt: skip
SAVES = 20
# Does not use ensure_curator, because the password of its account must be changed at the first login.
_CREATE_CURATOR = """
from django.contrib.auth.models import Group, User
from sco_cities.curation.permissions import groups
groups.grant()
User.objects.create_user("curator", password="{password}", is_staff=True).groups.add(Group.objects.get(name="curator"))
"""
_MAKE_SUPERUSER = """
from django.contrib.auth.models import User
User.objects.update(is_superuser=True)
"""
_ROW = re.compile(r'name="_selected_action" value="(\d+)"')


def measure(database: Database) -> dict:
    """Milliseconds of lists, forms and saves, and their ratios to the plain admin. `wrong` names errors."""
    with databases.copy(database, "admin") as changing:
        password = secrets.token_urlsafe()
        manage(
            changing.url, "shell", "--verbosity", "0", "--command", _CREATE_CURATOR.format(password=password)
        )
        with site.running(changing) as curator:
            values = form_values(curator.get("/admin/login/").text, "#login-form")
            curator.post("/admin/login/", values | {"username": "curator", "password": password})
            lists, saves = _measure_lists(curator), _measure_saves(curator, changing)
            # The plain admin uses model permissions, so it needs a superuser.
            manage(changing.url, "shell", "--verbosity", "0", "--command", _MAKE_SUPERUSER)
            plain = _measure_plain(curator, changing)
    return {
        "lists": lists | {"ratio": lists["median"] / plain["lists"]["median"]},
        "forms": saves["opened_ms"] | {"ratio": saves["opened_ms"]["median"] / plain["forms"]["median"]},
        "saves": saves | {"ratio": saves["median"] / plain["saves"]["median"]},
        "plain": plain,
    }


def _measure_lists(curator: Site) -> dict:
    curator.get(LIST)
    by_kind, every, wrong = {}, [], []
    for kind, querystrings in LISTS.items():
        times = []
        for querystring in querystrings:
            path = f"{LIST}?{querystring}"
            page = curator.get(path)
            times.append(page.ms)
            # Every initiative in the benchmark has evidence.
            if bool(_ROW.findall(page.text)) == (querystring == "evidence=none"):
                wrong.append(f"{path} shows the wrong rows")
        by_kind[kind] = summary(times)
        every += times
    return {**summary(every), "by_kind": by_kind, "wrong": wrong}


def _measure_saves(curator: Site, database: Database) -> dict:
    """Submits each form with one changed field, and every second form also with evidence for the new value."""
    plain, with_evidence, opened, wrong = [], [], [], []
    [(passage,)] = database.query("SELECT MIN(id) FROM sources_passage")
    for number, (key, status) in enumerate(_initiatives(database)):
        path = f"{LIST}{key}/change/"
        form = curator.get(path)
        opened.append(form.ms)
        values = form_values(form.text, "#initiative_form")
        if number % 2:
            field, value = "status", "stalled" if status != "stalled" else "agreed"
            values |= _new_evidence(values, field, passage + number)
        else:
            field, value = "summary_en", f"{values['summary_en']} Changed by the bench."
        values |= {field: value, "why": "A change of the bench.", "_save": "Save"}
        taken = curator.post(path, values).ms
        # A worker's first save is slower, because it loads the modules that it needs.
        if number > 1:
            (with_evidence if field == "status" else plain).append(taken)
        wrong += _check_saved(database, key, field, value)
    return {
        **summary([*plain, *with_evidence]),
        "plain_ms": median(plain),
        "with_evidence_ms": median(with_evidence),
        "opened_ms": summary(opened[1:]),
        "wrong": wrong,
    }


def _measure_plain(curator: Site, database: Database) -> dict:
    """Measures the same lists, forms and saves in the plain admin, except features that the plain admin lacks."""
    curator.get(PLAIN_LIST)
    querystrings = [
        text for texts in LISTS.values() for text in texts if "evidence" not in text and "o=" not in text
    ]
    lists = [curator.get(f"{PLAIN_LIST}?{text}").ms for text in querystrings]
    forms, saves = [], []
    for key, _status in _initiatives(database):
        path = f"{PLAIN_LIST}{key}/change/"
        form = curator.get(path)
        forms.append(form.ms)
        values = form_values(form.text, "#initiative_form") | {"_save": "Save"}
        values |= {"summary_en": f"{values['summary_en']} Changed by the plain admin."}
        saves.append(curator.post(path, values).ms)
    return {"lists": summary(lists), "forms": summary(forms[1:]), "saves": summary(saves[2:])}


def _initiatives(database: Database) -> list[tuple[int, str]]:
    """Keys and statuses of published initiatives with several cities and footnotes, spread over the whole table."""
    step = ROWS // (SAVES + 2)
    found = []
    for number in range(SAVES + 2):
        found += database.query(
            f"""
            SELECT id, status FROM initiatives_initiative AS initiative
            WHERE id > {number * step} AND state = 'published'
            AND (SELECT COUNT(*) FROM initiatives_initiativecity AS role
                 WHERE role.initiative_id = initiative.id) >= 2
            AND (SELECT COUNT(*) FROM sources_evidence AS evidence
                 JOIN django_content_type AS kind ON kind.id = evidence.content_type_id
                 WHERE kind.model = 'initiative' AND evidence.object_id = initiative.id) >= 3
            ORDER BY id LIMIT 1
            """  # noqa: S608 - a number
        )
    return found


def _new_evidence(values: dict, field: str, passage: int) -> dict:
    """Fills in the blank evidence row of the form."""
    prefix = "sources-evidence-content_type-object_id"
    row = int(values[f"{prefix}-TOTAL_FORMS"]) - 1
    filled = {"field": field, "passage": str(passage), "stance": "supports"}
    return {f"{prefix}-{row}-{name}": value for name, value in filled.items()}


def _check_saved(database: Database, key: int, field: str, value: str) -> list[str]:
    """Returns errors if a save has not stored the new value, or has not recorded the change in the history."""
    [(stored,)] = database.query(f"SELECT {field} FROM initiatives_initiative WHERE id = {key}")  # noqa: S608
    revisions = database.query(
        f"""
        SELECT CAST(revision.changes AS text) FROM history_revision AS revision
        JOIN django_content_type AS kind ON kind.id = revision.content_type_id
        WHERE kind.model = 'initiative' AND revision.object_id = {key}
        """  # noqa: S608
    )
    expected = {field, "evidence"} if field == "status" else {field}
    wrong = [] if stored == value else [f"{key}: {field} is not stored"]
    if not any(all(f'"{name}"' in changes for name in expected) for (changes,) in revisions):
        wrong.append(f"{key}: {' and '.join(sorted(expected))} not in the history")
    return wrong
