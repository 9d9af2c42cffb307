"""Two records of each kind that become one, in pairs: the first stays, the second goes."""

from sco_cities.sources.models import FormerSlug, Ruling
from tests import factories


def make_two_cities():
    """Alphaville and its double, which has a part in everything that a city can have a part in."""
    stays, goes = factories.make_city(population=100), factories.make_city("alfaville", name_ru="Альфавиль")
    both = factories.make_initiative("both", lead=[stays], partner=[goes], sourced=True)
    one = factories.make_initiative("one", reference=[goes], sourced=True)
    event = factories.make_event(host_city=goes)
    office = factories.make_organisation(city=goes)
    delegate = factories.make_delegate(city=goes)
    for record in (event, delegate):
        factories.support_everything(record)
    factories.make_evidence(goes, "population")
    factories.make_evidence(goes, factories.make_figure(goes, "lamps", 12))
    FormerSlug.objects.create(record=goes, slug="old-alfaville")
    return stays, goes, both, one, event, office, delegate


def make_two_initiatives():
    """Two initiatives that tell of one, with all that an initiative has."""
    alpha, beta, theme = factories.make_city(), factories.make_city("betatown"), factories.make_theme()
    stays = factories.make_initiative("bright-lamps", lead=[alpha], themes=[theme], sourced=True)
    event = factories.make_event()
    factories.support_everything(event)
    goes = factories.make_initiative(
        "lamps-of-alphaville", partner=[alpha], reference=[beta], themes=[theme, factories.make_theme("light")],
        countries=[factories.make_country()], organisations=[factories.make_organisation()], status="completed",
        title_ru="Яркие лампы", event=event,
    )  # fmt: skip
    almanac = factories.make_report("almanac", passages=2)
    for record, value in ((stays, 12), (goes, 15)):
        factories.make_figure(record, "lamps", value)
        factories.make_figure(record, "poles", 7)
    factories.make_figure(goes, "cables", 3)
    factories.support_everything(goes, almanac.passages.first())
    for figure in stays.figures.all():
        factories.make_evidence(stays, figure)
    Ruling.objects.create(record=goes, field="status", reason="The almanac is newer.")
    return stays, goes


def make_two_reports():
    """Two reports that are one article, with passages of one number that are the same, and that are not."""
    stays = factories.make_report("gazette", passages=2)
    goes = factories.make_report("gazette-again", passages=3)
    goes.passages.filter(number=1).update(summary=stays.passages.get(number=1).summary)
    initiative = factories.make_initiative("bright-lamps")
    for passage in goes.passages.all():
        factories.support_everything(initiative, passage)
    factories.make_evidence(initiative, passage=stays.passages.get(number=1))
    delegate = factories.make_delegate()
    factories.support_everything(delegate)
    delegate.passages.set([goes.passages.get(number=1), goes.passages.get(number=2)])
    return stays, goes


def make_two_delegates():
    stays, goes = factories.make_delegate(), factories.make_delegate("ada-teste", role="Governor")
    for number, delegates in enumerate(([stays, goes], [goes])):
        event = factories.make_event(f"forum-{number}")
        for delegate in delegates:
            factories.make_attendance(event, delegate, f"role of {delegate.slug}")
        factories.support_everything(event)
    factories.support_everything(factories.make_statement(delegate=goes))
    goes.passages.set(factories.make_report(passages=2).passages.all())
    factories.support_everything(stays)
    factories.support_everything(goes)
    return stays, goes


def make_two_events():
    stays, goes = (
        factories.make_event(),
        factories.make_event("lamp-forum-again", themes=[factories.make_theme()]),
    )
    stays.parent = goes
    stays.save()
    panel = factories.make_event("panel", parent=goes)
    guest = factories.make_delegate()
    for event in (stays, goes):
        factories.make_attendance(event, guest, f"guest of {event.slug}")
    statement = factories.make_statement(event=goes)
    factories.make_initiative("bright-lamps", event=goes, sourced=True)
    for record in (stays, goes, panel, guest, statement):
        factories.support_everything(record)
    return stays, goes


def make_two_countries():
    stays, goes = factories.make_country("xa"), factories.make_country("xb", sco_since=2005)
    factories.make_city(country=goes)
    factories.support_everything(factories.make_delegate(country=goes))
    factories.make_organisation(country=goes)
    factories.make_initiative("bright-lamps", countries=[stays, goes], sourced=True)
    return stays, goes


def make_two_themes():
    stays, goes = factories.make_theme(), factories.make_theme("lamp-posts")
    factories.make_initiative("bright-lamps", themes=[stays, goes], sourced=True)
    delegate = factories.make_delegate()
    for record in (
        delegate,
        factories.make_event(themes=[goes]),
        factories.make_statement(delegate=delegate, themes=[goes]),
    ):
        factories.support_everything(record)
    return stays, goes


def make_two_organisations():
    stays, goes = factories.make_organisation(), factories.make_organisation("office-of-lamps", kind="other")
    factories.support_everything(factories.make_delegate(organisation=goes))
    factories.make_initiative("bright-lamps", organisations=[goes], sourced=True)
    return stays, goes


def make_two_statements():
    delegate = factories.make_delegate()
    stays = factories.make_statement(delegate=delegate)
    event = factories.make_event()
    goes = factories.make_statement("lamps-shine", delegate=delegate, event=event)
    for record in (delegate, event, stays, goes):
        factories.support_everything(record)
    return stays, goes


PAIRS = {
    "reports": make_two_reports, "themes": make_two_themes, "countries": make_two_countries,
    "cities": lambda: make_two_cities()[:2], "organisations": make_two_organisations, "events": make_two_events,
    "delegates": make_two_delegates, "statements": make_two_statements, "initiatives": make_two_initiatives,
}  # fmt: skip
