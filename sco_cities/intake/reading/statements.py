"""Who said what: sentences with a person and a verb of saying."""

from .marks import LIKELY, Mark
from .phrases import finder
from .report_text import ReportText, Span, SpanSet


def statement_marks(report: ReportText, persons: list[Mark], furniture: SpanSet) -> list[Mark]:
    """One mark for each sentence in which a person says something; `value` is the person's name."""
    verbs = SpanSet(Span(*phrase[:2]) for phrase in finder("person_names", "speech").find(report))
    speakers = {span: person for person in persons for span in person.spans}
    names = SpanSet(speakers)
    found = []
    for sentence in report.sentences:
        said_by = names.starting_in(*sentence)
        if said_by and verbs.starting_in(*sentence) and not furniture.hold(*sentence):
            person = speakers[said_by[0]]
            reason = "person and verb of saying"
            found.append(Mark("statement", person.value, [sentence], LIKELY, key=person.key, reason=reason))
    return found
