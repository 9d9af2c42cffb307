"""How to cite a page, with the punctuation of the reader's language."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import join_sentences, pause, quoted, sentence_end


def page_citation(title: object, details: Iterable[str], url: str) -> str:
    """The title of a page, the site, details such as a date, and the address."""
    sentence = pause().join([quoted(title), _("SCO Cities"), *details])
    return join_sentences(f"{sentence}{sentence_end()} {url}")
