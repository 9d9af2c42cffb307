"""Messages shown after evidence is added or a value with evidence is changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.curation.admin.inlines import find_formset
from sco_cities.curation.admin.messages import count_label, more_label
from sco_cities.i18n.punctuation import comma, with_label
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import field_label, figure_key
from sco_cities.sources.models import Evidence, Figure, Passage, Stance
from sco_cities.sources.passages import passage_source

from .attach import AttachPlan
from .field_notes import fields_set_by
from .forms import CONFIRMATION
from .value_match import format_value, matches_record, unstated_values

# Maximum number of passages listed in a message. Further passages are only counted.
MAX_LISTED = 6


def additions_sentence(attach_plan: AttachPlan) -> str:
    """Returns a sentence with the numbers of new footnotes and affected records."""
    return _("%(footnotes)s will be added to %(records)s.") % {
        "footnotes": _footnote_count(attach_plan),
        "records": count_label(attach_plan.record_count),
    }


def _footnote_count(attach_plan: AttachPlan) -> str:
    number = len(attach_plan.additions)
    return ngettext("%d footnote", "%d footnotes", number) % number


def add_result_messages(request: HttpRequest, attach_plan: AttachPlan, passage: Passage) -> None:
    """Adds messages with the numbers of new and existing footnotes, affected records, and skipped empty values."""
    source = passage_links([passage])
    if attach_plan.additions:
        footnotes = _footnote_count(attach_plan)
        message = _("{source}: {footnotes} added to {records}.")
        records = count_label(attach_plan.record_count)
        messages.success(request, format_html(message, source=source, footnotes=footnotes, records=records))
    if attach_plan.existing:
        message = ngettext(
            "{}: %d footnote already existed.", "{}: %d footnotes already existed.", attach_plan.existing
        )
        messages.info(request, format_html(message % attach_plan.existing, source))
    if empty := len(attach_plan.empty):
        message = ngettext(
            "%d value is empty; no footnote was added to it.",
            "%d values are empty; no footnotes were added to them.",
            empty,
        )
        messages.warning(request, message % empty)


def passage_links(passages: list[Passage]) -> str:
    """Returns links to the first passages' public pages, and the number of further passages."""
    unique = list(dict.fromkeys(passages))
    links = format_html_join(
        comma(),
        '<a href="{}">{}</a>',
        ((each.get_absolute_url(), passage_source(each)) for each in unique[:MAX_LISTED]),
    )
    if len(unique) <= MAX_LISTED:
        return links
    return format_html("{} {}", links, more_label(len(unique) - MAX_LISTED))


def warn_about_unstated_values(
    request: HttpRequest, record: Record, evidence: Iterable[Evidence], keys: Collection[str]
) -> None:
    """Warns about values in the fields `keys` that the passages cited in `evidence` do not contain."""
    by_key = _by_field(evidence, keys)
    unstated = unstated_values(record, by_key)
    for key, items in by_key.items():
        label = capfirst(field_label(type(record), key))
        for item in items:
            if sentence := unstated.by_evidence.get(item.pk):
                passage = passage_links([item.passage])
                messages.warning(request, format_html("{} {}", with_label(label, sentence), passage))
        if sentence := unstated.by_field.get(key):
            messages.warning(request, with_label(label, sentence))


def _by_field(evidence: Iterable[Evidence], keys: Collection[str]) -> dict[str, list[Evidence]]:
    by_key = defaultdict(list)
    for item in evidence:
        if item.field_key in keys:
            by_key[item.field_key].append(item)
    return by_key


def warn_about_differences(request: HttpRequest, record: Record, evidence: list[Evidence]) -> None:
    """Asks the curator to check footnotes that support a value but report a different value."""
    figures = {item.figure.label: item.figure for item in evidence if item.figure_id}
    for item in evidence:
        key = item.field_key
        if (
            item.stance == Stance.SUPPORTS
            and matches_record(record, key, item.reported_value, figures) is False
        ):
            message = _(
                "{field}: {passage} reports “{reported}”, but the record states “{says}”. The footnote was "
                "saved as “confirms”. If the two values disagree, change it to “contradicts”."
            )
            values = {"reported": item.reported_value, "says": format_value(record, key, figures)}
            label = capfirst(field_label(type(record), key))
            messages.warning(
                request, format_html(message, field=label, passage=passage_links([item.passage]), **values)
            )


def add_footnote_messages(request, form, formsets, change) -> None:
    """Warns about footnotes of changed values, footnotes with a different value, and values missing from passages."""
    record = form.instance
    changed = set(_changed_keys(form, formsets))
    rows = find_formset(Evidence, formsets)
    saved = [item.instance.pk for item in rows.forms if item.has_changed()] if rows is not None else []
    if not changed and not saved:
        return
    evidence = [*record.evidence.for_notes()]
    # The curator has already confirmed the evidence of a published record.
    has_to_check = change and not form.cleaned_data.get(CONFIRMATION)
    for key, items in _by_field(evidence, changed if has_to_check else ()).items():
        message = _("{field} was changed. Check that its footnotes still support it: {passages}.")
        label = capfirst(field_label(type(record), key))
        passages = passage_links([item.passage for item in items])
        messages.warning(request, format_html(message, field=label, passages=passages))
    warn_about_differences(request, record, [item for item in evidence if item.pk in saved])
    cited_again = changed | {item.field_key for item in evidence if item.pk in saved}
    warn_about_unstated_values(request, record, evidence, cited_again)


def _changed_keys(form, formsets) -> Iterator[str]:
    """Yields the keys of changed fields (including fields filled by rows) and of changed figures."""
    yield from form.changed_data
    for rows in formsets:
        if any(row.has_changed() for row in rows.forms):
            yield from fields_set_by(rows.model, type(form.instance))
        if rows.model is Figure:
            yield from (figure_key(row.instance.label) for row in rows.initial_forms if row.has_changed())
