"""The messages that follow when evidence was added, or when a value that has evidence was changed."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.curation.admin.messages import count_label, more_label
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.models import Evidence, Passage, Stance

from .attach import AttachPlan
from .value_match import format_value, match_kind

# A message names so many footnotes of a field and then says how many more there are.
MAX_NAMED = 6


def report_added(request: HttpRequest, planned: AttachPlan, passage: Passage) -> None:
    """Says how many footnotes were added, to how many records, and what was there already."""
    source = record_links([passage])
    if added := len(planned.coming):
        footnotes = ngettext("%d footnote", "%d footnotes", added) % added
        said = _("{source}: {footnotes} added to {records}.")
        records = count_label(planned.records)
        messages.success(request, format_html(said, source=source, footnotes=footnotes, records=records))
    if planned.there:
        said = ngettext(
            "{}: %d footnote already existed.", "{}: %d footnotes already existed.", planned.there
        )
        messages.info(request, format_html(said % planned.there, source))
    if empty := len(planned.empty):
        said = ngettext(
            "%d value is empty; no footnote was added to it.",
            "%d values are empty; no footnotes were added to them.",
            empty,
        )
        messages.warning(request, said % empty)


def warn_to_check(request: HttpRequest, record: Record, changed: dict[str, list[Evidence]]) -> None:
    """Asks whether the footnotes of values that were changed still say so."""
    for key, evidence in changed.items():
        label = capfirst(field_label(type(record), key))
        said = _("{field} was changed. Check that its footnotes still support it: {passages}.")
        passages = record_links([item.passage for item in evidence])
        messages.warning(request, format_html(said, field=label, passages=passages))


def record_links(passages: list[Passage]) -> str:
    """The passages as links to where readers find them; the first few of them."""
    shown = list(dict.fromkeys(passages))
    links = format_html_join(
        ", ", '<a href="{}">{}</a>', ((each.get_absolute_url(), each) for each in shown[:MAX_NAMED])
    )
    if len(shown) <= MAX_NAMED:
        return links
    return format_html("{} {}", links, more_label(len(shown) - MAX_NAMED))


def confirm_difference(request: HttpRequest, record: Record, evidence: list[Evidence]) -> None:
    """Asks of footnotes that support a value, and report another, whether they disagree."""
    figures = {item.figure.label: item.figure for item in evidence if item.figure_id}
    for item in evidence:
        key = item.field_key
        if item.stance == Stance.SUPPORTS and match_kind(record, key, item.reported_value, figures) is False:
            said = _(
                "{field}: {passage} reports “{reported}”, the record states “{says}”. It was saved as "
                "“supports”; if the two disagree, change it to “differs”."
            )
            told = {"reported": item.reported_value, "says": format_value(record, key, figures)}
            label = capfirst(field_label(type(record), key))
            messages.warning(
                request, format_html(said, field=label, passage=record_links([item.passage]), **told)
            )
