"""Random edits of records with models, QuerySets, cascades and SQL statements.

Each edit is a function of a random number generator, so a seed always makes the same edit on the same rows. An edit
that the database or the models reject changes nothing.
"""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import F, ProtectedError

from delegates.models import (
    Attendance,
    Delegate,
    Event,
    EventKind,
    Organisation,
    OrganisationKind,
    Statement,
)
from initiatives.models import CityRole, Initiative, InitiativeCity, Kind, Status
from sco_cities.cities.models import City, Country, ScoRole
from sco_cities.core.fields import refresh_computed
from sco_cities.sources.base_models import WHOLE, PublicationState
from sco_cities.sources.models import Evidence, Passage, Report, Stance
from sco_cities.themes.models import Pillar, Theme
from tests import factories as make
from tests.sample_records import DATES, RECENT, RECORDS, SPANS, WORDS

# Models whose evidence is shown in lists.
SOURCED = (Theme, Country, City, Organisation, Event, Delegate, Initiative)
Edit = Callable[[Random], None]
EDITS: dict[str, Edit] = {}


def edit(function: Edit) -> Edit:
    EDITS[function.__name__] = function
    return function


def apply(name: str, seed: int) -> None:
    """Makes an edit, if its result is valid."""
    with suppress(DatabaseError, ProtectedError, ValidationError), transaction.atomic():
        EDITS[name](Random(seed))


def some(random: Random, model, most: int = 3) -> list:
    """A random selection of the stored records of a model, perhaps empty."""
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    return list(
        model._base_manager.filter(
            pk__in=random.sample(keys, min(len(keys), random.randint(0, most)))
        ).order_by("pk")
    )


def one(random: Random, model):
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise ValidationError(f"no {model._meta.verbose_name} is left")
    return model._base_manager.get(pk=random.choice(keys))


def one_or_none(random: Random, model):
    return None if random.random() < 0.3 else one(random, model)


def _slug(random: Random) -> str:
    return f"{random.choice(('a', 'city', 'lamp', 'z'))}-{random.randrange(1000)}"


def _name_field(model) -> str:
    return {Initiative: "title_en", Report: "title", Statement: "summary"}.get(model, "name_en")


@edit
def change_state(random):
    record = one(random, random.choice(RECORDS))
    record.state = random.choice(PublicationState.values)
    record.save()


@edit
def change_state_of_several(random):
    model = random.choice(RECORDS)
    keys = [record.pk for record in some(random, model, 5)]
    model.objects.filter(pk__in=keys).update(state=random.choice(PublicationState.values))


@edit
def change_slug(random):
    record = one(random, random.choice([model for model in RECORDS if model is not Country]))
    record.slug = _slug(random)
    record.save()


@edit
def swap_slugs(random):
    model = random.choice(RECORDS)
    first, second = one(random, model), one(random, model)
    if first.pk != second.pk:
        model.objects.filter(pk=first.pk).update(slug="between")
        model.objects.filter(pk=second.pk).update(slug=first.slug)
        model.objects.filter(pk=first.pk).update(slug=second.slug)


@edit
def change_name(random):
    record = one(random, random.choice(RECORDS))
    setattr(record, _name_field(type(record)), random.choice(WORDS))
    record.save()


@edit
def set_same_name_for_several(random):
    model = random.choice(RECORDS)
    keys = [record.pk for record in some(random, model, 5)]
    model.objects.filter(pk__in=keys).update(**{_name_field(model): random.choice(WORDS)})


@edit
def change_an_initiative(random):
    initiative = one(random, Initiative)
    initiative.status, initiative.kind = random.choice(Status.values), random.choice(Kind.values)
    initiative.starts_on, initiative.ends_on = random.choice(SPANS), random.choice(("", "2021", "2023/.."))
    initiative.event = one_or_none(random, Event)
    initiative.full_clean()
    initiative.save()


@edit
def change_several_initiatives_with_bulk_update(random):
    changed = some(random, Initiative, 5)
    for initiative in changed:
        initiative.status = random.choice(Status.values)
        initiative.starts_on, initiative.ends_on = random.choice(SPANS), ""
        refresh_computed(initiative)
    Initiative.objects.bulk_update(
        changed, ["status", "starts_on", "ends_on", "starts_first", "ends_last", "runs_until"]
    )


@edit
def create_several_with_bulk_create(random):
    titles = random.choices(WORDS, k=random.randint(1, 4))
    Initiative.objects.bulk_create(
        Initiative(
            slug=f"new-{random.randrange(10**6)}-{place}", title_en=title, summary_en="New.", kind="plan",
            status=random.choice(Status.values), starts_on=random.choice(DATES), event=one_or_none(random, Event),
            state=random.choice(PublicationState.values),
        )
        for place, title in enumerate(titles)
    )  # fmt: skip


@edit
def upsert_a_theme(random):
    slug = random.choice([one(random, Theme).slug, _slug(random)])
    theme = Theme(
        slug=slug, name_en=random.choice(WORDS), pillar=random.choice(Pillar.values), description="Any.",
        state=random.choice(PublicationState.values),
    )  # fmt: skip
    Theme.objects.bulk_create(
        [theme], update_conflicts=True, unique_fields=["slug"], update_fields=["name_en", "pillar", "state"]
    )


@edit
def create_any_record(random):
    slug, state = _slug(random), random.choice(PublicationState.values)
    random.choice((
        lambda: make.make_city(slug, one(random, Country), name_en=random.choice(WORDS), state=state),
        lambda: make.make_theme(slug, random.choice(Pillar.values), state=state),
        lambda: make.make_organisation(slug, city=one_or_none(random, City), state=state),
        lambda: make.make_event(slug, some(random, Theme), parent=one_or_none(random, Event), state=state),
        lambda: make.make_delegate(slug, organisation=one_or_none(random, Organisation), state=state),
        lambda: make.make_statement(slug, some(random, Theme), delegate=one(random, Delegate), state=state),
        lambda: make.make_report(slug, published_on=random.choice(DATES), state=state),
        lambda: make.make_initiative(slug, lead=some(random, City, 1), themes=some(random, Theme), state=state),
    ))()  # fmt: skip


@edit
def change_many_to_many_rows(random):
    related, model = random.choice((
        (one(random, Initiative).themes, Theme),
        (one(random, Initiative).countries, Country),
        (one(random, Initiative).organisations, Organisation),
        (one(random, Event).themes, Theme),
        (one(random, Statement).themes, Theme),
        (one(random, Theme).initiatives, Initiative),
        (one(random, Country).initiatives, Initiative),
    ))  # fmt: skip
    how = random.choice(("add", "remove", "set", "clear"))
    if how == "clear":
        related.clear()
    elif how == "set":
        related.set(some(random, model))
    else:
        getattr(related, how)(*some(random, model))


@edit
def change_the_cities_of_an_initiative(random):
    initiative = one(random, Initiative)
    how = random.randrange(4)
    if how == 0:
        initiative.city_roles.filter(pk__in=[part.pk for part in some(random, InitiativeCity)]).delete()
    elif how == 1:
        InitiativeCity.objects.create(
            initiative=initiative, city=one(random, City), role=random.choice(CityRole.values)
        )
    elif how == 2:
        initiative.city_roles.update(role=random.choice(CityRole.values))
    else:
        part = one(random, InitiativeCity)
        part.initiative, part.city = initiative, one(random, City)
        part.save()


@edit
def move_a_city_to_another_country(random):
    City.objects.filter(pk=one(random, City).pk).update(country=one(random, Country))


@edit
def change_a_city_and_a_country(random):
    city, country = one(random, City), one(random, Country)
    city.country, city.population = country, random.choice((None, 5, 5000))
    city.save()
    country.sco_role = random.choice(ScoRole.values)
    country.sco_since = random.choice((None, 2001, 2017))
    country.save()


@edit
def move_a_theme_to_another_pillar(random):
    theme = one(random, Theme)
    theme.pillar = random.choice(Pillar.values)
    theme.save()


@edit
def change_an_event(random):
    event = one(random, Event)
    event.kind, event.host_city = random.choice(EventKind.values), one_or_none(random, City)
    event.parent, event.series = one_or_none(random, Event), random.choice(("", *WORDS))
    event.starts_on, event.ends_on = random.choice(DATES), ""
    event.full_clean()
    event.save()


@edit
def change_an_organisation_or_a_delegate(random):
    record = one(random, random.choice((Organisation, Delegate)))
    record.city, record.country = one_or_none(random, City), one_or_none(random, Country)
    if isinstance(record, Delegate):
        record.organisation, record.role = one_or_none(random, Organisation), random.choice(WORDS)
    else:
        record.kind = random.choice(OrganisationKind.values)
    record.save()


@edit
def change_a_statement(random):
    statement = one(random, Statement)
    statement.delegate, statement.event = one_or_none(random, Delegate), one_or_none(random, Event)
    statement.save()


@edit
def change_attendances(random):
    if random.random() < 0.5:
        make.make_attendance(one(random, Event), one(random, Delegate))
    else:
        attendance = one(random, Attendance)
        attendance.event, attendance.delegate = one(random, Event), one(random, Delegate)
        attendance.save()


@edit
def change_a_report(random):
    report = one(random, Report)
    report.published_on = random.choice((*DATES, *RECENT))
    report.language = random.choice(("en", "ru", "zh"))
    report.publisher = random.choice(WORDS)
    report.save()


@edit
def add_evidence(random):
    stance = random.choice(Stance.values)
    reported = "" if stance == Stance.SUPPORTS else random.choice(WORDS)
    passage, record = one(random, Passage), one(random, random.choice(SOURCED))
    make.make_evidence(record, WHOLE, passage, stance=stance, reported_value=reported)


@edit
def add_evidence_of_a_status(random):
    passage, initiative = one(random, Passage), one(random, Initiative)
    reported = f"as of 2020: {random.choice(WORDS)} ({random.choice(Status.values)})"
    values = random.choice(({}, {"stance": Stance.EARLIER, "reported_value": reported}))
    make.make_evidence(initiative, random.choice(("status", "status", "kind")), passage, **values)


@edit
def change_evidence(random):
    evidence = one(random, Evidence)
    how = random.randrange(6)
    if how == 0:
        evidence.delete()
        return
    if how == 5:
        evidence.field = random.choice(("status", "kind", WHOLE))
    elif how == 1:
        evidence.passage = one(random, Passage)
    elif how == 2:
        evidence.stance, evidence.reported_value = random.choice(Stance.values), random.choice(WORDS)
    elif how == 3:
        evidence.object_id = one(random, evidence.content_type.model_class()).pk
    else:
        evidence.record = one(random, random.choice(SOURCED))
    evidence.save()


@edit
def move_a_passage_to_another_report(random):
    passage = one(random, Passage)
    passage.report, passage.number = one(random, Report), random.randint(3, 30_000)
    passage.save()


@edit
def delete_with_cascade(random):
    one(random, random.choice((*RECORDS, Attendance, Evidence, InitiativeCity, Passage))).delete()


@edit
def delete_an_initiative(random):
    one(random, Initiative).delete()


@edit
def delete_several(random):
    model = random.choice((Initiative, Statement, Attendance, Evidence))
    model.objects.filter(pk__in=[record.pk for record in some(random, model)]).delete()


@edit
def execute_sql(random):
    statement = random.choice((
        "UPDATE initiatives_initiative SET status = 'stalled', title_en = 'By hand' WHERE id % 3 = %s",
        "UPDATE initiatives_initiative SET state = 'draft' WHERE id % 3 = %s",
        "UPDATE cities_city SET country_id = (SELECT MIN(id) FROM cities_country) WHERE id % 3 = %s",
        "UPDATE themes_theme SET pillar = 'security' WHERE id % 3 = %s",
        "UPDATE initiatives_initiative_themes SET theme_id = (SELECT MAX(id) FROM themes_theme)"
        " WHERE id % 3 = %s AND initiative_id NOT IN (SELECT initiative_id FROM initiatives_initiative_themes"
        " WHERE theme_id = (SELECT MAX(id) FROM themes_theme))",
        "DELETE FROM initiatives_initiativecity WHERE id % 3 = %s",
        "DELETE FROM sources_evidence WHERE id % 3 = %s",
        "UPDATE delegates_event SET parent_id = NULL WHERE id % 3 = %s",
        "UPDATE sources_evidence SET object_id = object_id + 1 WHERE id % 3 = %s",
        "UPDATE sources_evidence SET field = 'status' WHERE id % 3 = %s",
        "UPDATE sources_report SET published_on = '2021-05', published_first = '2021-05-01',"
        " published_last = '2021-05-31' WHERE id % 3 = %s",
    )).replace("id % 3", "id %% 3")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, [random.randrange(3)])


@edit
def change_a_primary_key(random):
    attendance = one(random, Attendance)
    Attendance.objects.filter(pk=attendance.pk).update(id=F("id") + 100_000)


@edit
def roll_back_edits(random):
    with suppress(InterruptedError), transaction.atomic():
        for name in random.sample(sorted(EDITS), 3):
            apply(name, random.randrange(10**6))
        raise InterruptedError


@edit
def apply_several_in_one_transaction(random):
    with transaction.atomic():
        for name in random.sample(sorted(set(EDITS) - {"apply_several_in_one_transaction"}), 3):
            apply(name, random.randrange(10**6))


@edit
def remove_evidence_of_a_kind_of_record(random):
    kind = ContentType.objects.get_for_model(random.choice(SOURCED))
    Evidence.objects.filter(content_type=kind, stance=random.choice(Stance.values)).delete()
