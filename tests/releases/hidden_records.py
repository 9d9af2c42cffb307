"""Records, accounts and remarks that are hidden from readers. Every text in them contains the word SECRET."""

from django.contrib.auth import get_user_model

from sco_cities.history.models import ChangeSet
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import FormerSlug, Ruling
from tests import factories as make

# The lower-case form, for slugs. No record of the shipped package contains "secret".
SECRET = "s3cr3t"


def plant_secrets() -> None:
    """Creates data that a release must not contain, and published records that refer to it."""
    for state in (PublicationState.DRAFT, PublicationState.IN_REVIEW, PublicationState.WITHDRAWN):
        _plant_records(state, f"{SECRET}-{state.replace('_', '-')}")
    get_user_model().objects.create_user(f"{SECRET}-account", f"{SECRET}@example.org", SECRET)
    ChangeSet.objects.create(made_by_name=SECRET, reason=SECRET)
    reported = make.make_initiative("reported")
    make.make_correction_request(reported, text=SECRET, email=f"{SECRET}@example.org")
    make.make_comment(reported, text=SECRET, field="status")


def _plant_records(state: str, slug: str) -> None:
    names = {"slug": slug, "state": state}
    country = make.make_country(f"x{state[0]}", state=state, name_en=SECRET)
    city = make.make_city(country=country, **names, aliases=SECRET)
    make.make_country_group(f"{slug}-group", [country.slug], state=state, name_ru=SECRET)
    theme = make.make_theme(**names, keywords=SECRET)
    organisation = make.make_organisation(**names, city=city, country=country)
    event = make.make_event(**names, host_city=city, themes=[theme])
    delegate = make.make_delegate(**names, role=SECRET, organisation=organisation)
    report = make.make_report(**names, title=SECRET, note=SECRET)
    passage = report.passages.get()
    statement = make.make_statement(**names, delegate=delegate, event=event, themes=[theme])
    initiative = make.make_initiative(**names, title_en=SECRET, lead=[city], event=event)
    for record in (city, event, statement, initiative):
        _add_parts(record, make.make_report("seen").passages.first())
    _refer(state, country, city, theme, organisation, event, delegate, passage)


def _add_parts(record: Record, passage) -> None:
    figure = make.make_figure(record, label=SECRET)
    make.make_evidence(record, figure, passage, stance="differs", reported_value=SECRET)
    Ruling.objects.create(record=record, field=f"figure:{SECRET}", reason=SECRET)
    FormerSlug.objects.create(record=record, slug=f"{record.slug}-former")


def _refer(state: str, country, city, theme, organisation, event, delegate, passage) -> None:
    """Creates published records that refer to hidden records."""
    seen = f"seen-{state.replace('_', '-')}"
    make.make_country_group(f"{seen}-group", ["xa", country.slug])
    host = make.make_city(f"{seen}-town", country=country)
    seen_organisation = make.make_organisation(f"{seen}-office", city=city, country=country)
    seen_delegate = make.make_delegate(
        f"{seen}-person", organisation=organisation, city=city, country=country
    )
    seen_event = make.make_event(f"{seen}-forum", host_city=city, parent=event, themes=[theme])
    make.make_attendance(seen_event, delegate, SECRET)
    make.make_attendance(event, seen_delegate, SECRET)
    make.make_statement(f"{seen}-words", delegate=delegate, event=event, themes=[theme])
    initiative = make.make_initiative(f"{seen}-lamps", lead=[host, city], event=event, themes=[theme])
    initiative.countries.add(country)
    initiative.organisations.add(organisation, seen_organisation)
    make.make_evidence(initiative, "status", passage, stance="differs", reported_value=SECRET)
    # The ruling is hidden, because the contradicting report is not published.
    Ruling.objects.create(record=initiative, field="status", reason=SECRET)
    FormerSlug.objects.create(record=initiative, slug=f"{SECRET}-{seen}")
    seen_passage = make.make_report(f"{seen}-gazette").passages.get()
    delegate.passages.add(seen_passage)
    make.make_evidence(initiative, "*", seen_passage)
