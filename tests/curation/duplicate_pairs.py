"""A pair of duplicates of each kind. The duplicate is merged into the target, which is kept."""

from sco_cities.sources.models import FormerSlug, Ruling
from tests import factories


def make_two_cities():
    """Alphaville and a duplicate with every kind of reference that a city can have."""
    target, duplicate = (
        factories.make_city(population=100),
        factories.make_city("alfaville", name_ru="Альфавиль"),
    )
    both = factories.make_initiative("both", lead=[target], partner=[duplicate], sourced=True)
    one = factories.make_initiative("one", reference=[duplicate], sourced=True)
    event = factories.make_event(host_city=duplicate)
    office = factories.make_organisation(city=duplicate)
    delegate = factories.make_delegate(city=duplicate)
    for record in (event, delegate):
        factories.support_everything(record)
    factories.make_evidence(duplicate, "population")
    factories.make_evidence(duplicate, factories.make_figure(duplicate, "lamps", 12))
    FormerSlug.objects.create(record=duplicate, slug="old-alfaville")
    return target, duplicate, both, one, event, office, delegate


def make_two_initiatives():
    """Two initiatives with every kind of value, row and evidence."""
    alpha, beta, theme = factories.make_city(), factories.make_city("betatown"), factories.make_theme()
    target = factories.make_initiative("bright-lamps", lead=[alpha], themes=[theme], sourced=True)
    event = factories.make_event()
    factories.support_everything(event)
    duplicate = factories.make_initiative(
        "lamps-of-alphaville", partner=[alpha], reference=[beta], themes=[theme, factories.make_theme("light")],
        countries=[factories.make_country()], organisations=[factories.make_organisation()], status="completed",
        title_ru="Яркие лампы", event=event,
    )  # fmt: skip
    almanac = factories.make_report("almanac", passages=2)
    for record, value in ((target, 12), (duplicate, 15)):
        factories.make_figure(record, "lamps", value)
        factories.make_figure(record, "poles", 7)
    factories.make_figure(duplicate, "cables", 3)
    factories.support_everything(duplicate, almanac.passages.first())
    for figure in target.figures.all():
        factories.make_evidence(target, figure)
    Ruling.objects.create(record=duplicate, field="status", reason="The almanac is newer.")
    return target, duplicate


def make_two_reports():
    """Two reports of one article, with equal and different passages of the same number."""
    target = factories.make_report("gazette", passages=2)
    duplicate = factories.make_report("gazette-again", passages=3)
    duplicate.passages.filter(number=1).update(summary=target.passages.get(number=1).summary)
    initiative = factories.make_initiative("bright-lamps")
    for passage in duplicate.passages.all():
        factories.support_everything(initiative, passage)
    factories.make_evidence(initiative, passage=target.passages.get(number=1))
    delegate = factories.make_delegate()
    factories.support_everything(delegate)
    delegate.passages.set([duplicate.passages.get(number=1), duplicate.passages.get(number=2)])
    return target, duplicate


def make_two_delegates():
    target, duplicate = factories.make_delegate(), factories.make_delegate("ada-teste", role="Governor")
    for number, delegates in enumerate(([target, duplicate], [duplicate])):
        event = factories.make_event(f"forum-{number}")
        for delegate in delegates:
            factories.make_attendance(event, delegate, f"role of {delegate.slug}")
        factories.support_everything(event)
    factories.support_everything(factories.make_statement(delegate=duplicate))
    duplicate.passages.set(factories.make_report(passages=2).passages.all())
    factories.support_everything(target)
    factories.support_everything(duplicate)
    return target, duplicate


def make_two_events():
    target, duplicate = (
        factories.make_event(),
        factories.make_event("lamp-forum-again", themes=[factories.make_theme()]),
    )
    target.parent = duplicate
    target.save()
    panel = factories.make_event("panel", parent=duplicate)
    guest = factories.make_delegate()
    for event in (target, duplicate):
        factories.make_attendance(event, guest, f"guest of {event.slug}")
    statement = factories.make_statement(event=duplicate)
    factories.make_initiative("bright-lamps", event=duplicate, sourced=True)
    for record in (target, duplicate, panel, guest, statement):
        factories.support_everything(record)
    return target, duplicate


def make_two_countries():
    target, duplicate = factories.make_country("xa"), factories.make_country("xb", sco_since=2005)
    factories.make_city(country=duplicate)
    factories.support_everything(factories.make_delegate(country=duplicate))
    factories.make_organisation(country=duplicate)
    factories.make_initiative("bright-lamps", countries=[target, duplicate], sourced=True)
    return target, duplicate


def make_two_themes():
    target, duplicate = factories.make_theme(), factories.make_theme("lamp-posts")
    factories.make_initiative("bright-lamps", themes=[target, duplicate], sourced=True)
    delegate = factories.make_delegate()
    for record in (
        delegate,
        factories.make_event(themes=[duplicate]),
        factories.make_statement(delegate=delegate, themes=[duplicate]),
    ):
        factories.support_everything(record)
    return target, duplicate


def make_two_organisations():
    target, duplicate = (
        factories.make_organisation(),
        factories.make_organisation("office-of-lamps", kind="other"),
    )
    factories.support_everything(factories.make_delegate(organisation=duplicate))
    factories.make_initiative("bright-lamps", organisations=[duplicate], sourced=True)
    return target, duplicate


def make_two_statements():
    delegate = factories.make_delegate()
    target = factories.make_statement(delegate=delegate)
    event = factories.make_event()
    duplicate = factories.make_statement("lamps-shine", delegate=delegate, event=event)
    for record in (delegate, event, target, duplicate):
        factories.support_everything(record)
    return target, duplicate


PAIRS = {
    "reports": make_two_reports, "themes": make_two_themes, "countries": make_two_countries,
    "cities": lambda: make_two_cities()[:2], "organisations": make_two_organisations, "events": make_two_events,
    "delegates": make_two_delegates, "statements": make_two_statements, "initiatives": make_two_initiatives,
}  # fmt: skip
