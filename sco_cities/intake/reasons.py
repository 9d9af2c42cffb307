"""Why something is proposed, in words: proposals store only the code."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "known_name": _("a name of this record"),
    "gazetteer": _("a name in the gazetteer"),
    "form_of_name": _("the form of the name"),
    "within_name": _("part of the name"),
    "role_before_name": _("a role beside a name"),
    "within_role": _("part of the role"),
    "cue_and_object": _("a place, what is undertaken, and how firmly"),
    "cue": _("the word that says how firm it is"),
    "list": _("a list of pairs"),
    "main_cities": _("the cities that the report is about"),
    "same_sentence": _("in the same sentence"),
    "same_passage": _("in the same passage"),
    "only_initiative": _("the only initiative of the report"),
    "same_cities": _("probably this one: the same cities, and the same kind or theme"),
    "verb_of_saying": _("a person who says something"),
    "spelling": _("a spelling that the record does not have yet"),
    "language_model": _("found by the language model"),
    "hand": _("by hand"),
}


def reason_in_words(code: str) -> str:
    """The reason of a proposal for its readers; "" for an unknown code."""
    return str(REASONS.get(code, ""))
