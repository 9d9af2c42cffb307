"""Citations of pages as text for readers and as files for reference managers."""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import join_sentences, pause, quoted, sentence_end

SITE_NAME = "SCO Cities"
# Maps special characters of TeX to the commands that produce them.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "#$%&_"},
}
_TEX_CHARACTERS = re.compile("|".join(map(re.escape, _TEX)))


def publisher() -> str:
    """Returns the publisher of the site. Defaults to the name of the site."""
    return settings.PUBLISHER_NAME or SITE_NAME


def page_citation(title: object, details: Iterable[str], url: str) -> str:
    """Returns a citation with the title of a page, the site, details such as a date, and the URL."""
    sentence = pause().join([quoted(title), _("SCO Cities"), *details])
    return join_sentences(f"{sentence}{sentence_end()} {url}")


@dataclass(frozen=True)
class Citation:
    """The citation of a page as read on `day`.

    `stem` is the name of the page's citation files, and `language` the language tag of the title. `details` are the
    dates in the citation text. `year` is the year of a record's last change, or None for other pages.
    """

    stem: str
    title: str
    url: str
    day: datetime.date
    language: str
    details: tuple[str, ...] = ()
    year: int | None = None

    @property
    def key(self) -> str:
        """The citation key in a bibliography."""
        return f"sco-cities-{self.stem}-{self.day.isoformat()}"

    @property
    def text(self) -> str:
        """The citation as text for a list of references."""
        return page_citation(self.title, self.details or (self.day.isoformat(),), self.url)

    @property
    def bibtex(self) -> str:
        """The citation as an entry for BibTeX and BibLaTeX."""
        fields = {
            "title": f"{{{_tex(self.title)}}}",
            "author": f"{{{_tex(publisher())}}}",
            "organization": SITE_NAME,
            "year": str(self.year or ""),
            "url": self.url,
            "urldate": self.day.isoformat(),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        return f"@online{{{self.key},\n{lines}}}\n"

    @property
    def ris(self) -> str:
        """The citation in the RIS format, with the line endings that RIS requires."""
        tags = [
            ("TY", "ELEC"),
            ("TI", self.title),
            ("AU", publisher()),
            ("T2", SITE_NAME),
            *([("PY", str(self.year))] if self.year else []),
            ("Y2", f"{self.day:%Y/%m/%d}"),
            ("LA", self.language),
            ("UR", self.url),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in tags)

    @property
    def csl_json(self) -> str:
        """The citation as a CSL-JSON item for citation processors."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "webpage",
            "title": self.title,
            "author": [{"literal": publisher()}],
            "container-title": SITE_NAME,
            **({"issued": {"date-parts": [[self.year]]}} if self.year else {}),
            "accessed": {"date-parts": [[self.day.year, self.day.month, self.day.day]]},
            "language": self.language,
            "URL": self.url,
        }
        return orjson.dumps([item], option=orjson.OPT_INDENT_2).decode() + "\n"


@dataclass(frozen=True)
class CitationFormat:
    """A file format of reference managers."""

    label: str
    extension: str
    content_type: str
    content: Callable[[Citation], str]


CITATION_FORMATS = {
    each.extension: each
    for each in (
        CitationFormat("BibTeX", "bib", "application/x-bibtex", lambda citation: citation.bibtex),
        CitationFormat("RIS", "ris", "application/x-research-info-systems", lambda citation: citation.ris),
        CitationFormat(
            "CSL-JSON",
            "csl.json",
            "application/vnd.citationstyles.csl+json",
            lambda citation: citation.csl_json,
        ),
    )
}


def _tex(text: str) -> str:
    return _TEX_CHARACTERS.sub(lambda match: _TEX[match[0]], text)
