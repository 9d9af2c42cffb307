"""Synthetic reports, and steps that receive and read these reports."""

from django.db.models import Q

from sco_cities.intake import decisions
from sco_cities.intake.jobs import read_intake
from sco_cities.intake.models import Intake, Proposal
from sco_cities.intake.reception import receive

MEMORANDUM = """Dushanbe and Tianjin to keep tourists safe

Dushanbe and Tianjin signed a memorandum on tourist safety on 12 May 2026. A free hotline will open by June 2026, the press office of the city said.

"Visitors must feel at home," Deputy Mayor of Dushanbe Farrukh Testov said. The hotline is to help over 40,000 visitors a year. Hotels of both cities will get tourist maps."""  # noqa: E501


def read_report(text: str = MEMORANDUM, user=None, **about) -> Intake:
    """Submits and reads a report. Returns the intake."""
    intake = receive(text, user=user, **about)
    assert read_intake(intake)
    return intake


def subject(intake: Intake, kind: str, shown: str = "") -> Proposal:
    """The subject of this kind. The name is required if there are several."""
    found = intake.proposals.filter(kind=kind, subject__isnull=True)
    return found.get(shown=shown) if shown else found.get()


def values(proposal: Proposal) -> dict[str, list]:
    """The values of a subject by field.

    References are returned as a slug or as the name of their target, and other values unchanged.
    """
    found: dict[str, list] = {}
    for each in proposal.values.select_related("target"):
        value = each.value
        if isinstance(value, dict) and each.kind == "value":
            value = each.target.shown if each.target else value["slug"]
        found.setdefault(each.field or each.kind, []).append(value)
    return found


MORE_VISITORS = """Safer trips for visitors of Tianjin and Dushanbe

A memorandum on tourist safety was signed by Tianjin and Dushanbe in May 2026. The cities expect 30,000 visitors a year."""  # noqa: E501

# The report contains a city of the gazetteer and two ties between cities.
OSH = """Guests from three cities

Osh and Dushanbe became sister cities on 3 May 2026. Tianjin and Dushanbe signed an agreement on 4 May 2026."""

IN_RUSSIAN = """Туристы под защитой

Душанбе и Тяньцзинь подписали меморандум о безопасности туристов 12 мая 2026 года.

«Гости должны чувствовать себя как дома», — сказал заместитель мэра Душанбе Фаррух Тестов."""

IN_CHINESE = """游客安全

杜尚别和天津于2026年5月12日签署了游客安全谅解备忘录。

杜尚别市副市长王小明表示，游客应当感到宾至如归。"""

ABOUT = {
    "publisher": "The Gazette", "published_on": "2026-05-13", "address": "https://gazette.example/tourists",
}  # fmt: skip
MORE_ABOUT = {
    "publisher": "The Herald", "published_on": "2026-06-01", "address": "https://herald.example/visitors",
}  # fmt: skip


def accept_all(intake: Intake, *kinds: str) -> None:
    """Accepts all open proposals, or only subjects of these kinds with their values."""
    chosen = intake.proposals.open()
    if kinds:
        chosen = chosen.filter(Q(kind__in=kinds) | Q(subject__kind__in=kinds))
    for proposal in chosen.select_related("subject"):
        decisions.accept(proposal, None, version=proposal.version)


def summarise(intake: Intake) -> None:
    """Writes summaries of all passages in different words."""
    for passage in intake.passages.all():
        passage.summary = f"Both sides care for their guests, as paragraph {passage.number} has it."
        passage.save()
