"""A linter for HTML errors that have occurred on pages of this site.

The Nu HTML checker (`make html`) checks the complete standard. The linter detects only errors that the checker has
found before, but needs no Java.
"""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Elements that may contain phrasing content only.
PHRASING_PARENTS = {
    "a", "abbr", "b", "bdi", "button", "cite", "code", "dt", "em", "h1", "h2", "h3", "h4", "i", "kbd", "label",
    "legend", "p", "pre", "q", "s", "small", "span", "strong", "sub", "summary", "sup", "time",
}  # fmt: skip
# Elements that must not be in parents of phrasing content. A link may contain blocks, but no form control.
BLOCKS = {
    "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form", "header", "hr",
    "main", "nav", "ol", "p", "section", "table", "ul",
}  # fmt: skip
HEADING_PARENTS = {"legend", "summary"}
CONTROLS = {"a", "button", "details", "input", "label", "select", "textarea"}
DISABLED = {"button", "fieldset", "input", "optgroup", "option", "select", "textarea"}
LABELLED = {"button", "input", "meter", "output", "progress", "select", "textarea"}
# Elements that may have an accessible name only if they have a role.
UNNAMED = {"b", "bdi", "div", "em", "i", "p", "q", "s", "small", "span", "strong", "sub", "sup", "time"}
ID_REFERENCES = (
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "for",
    "list",
    "popovertarget",
    "form",
)
NONSTANDARD_ATTRIBUTES = ("hx-", "_")
# Django puts the help text of a column into the header of the table.
HELP_TEXT_SUFFIX = "_helptext"
TIME = re.compile(
    r"\d{4}(-\d\d){0,2}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?|P\w+"
)


class _Linter(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open: list[str] = []
        self.errors: list[str] = []
        self.ids: dict[str, bool] = {}
        self.references: list[tuple[str, str, str]] = []
        self.options: list[int] = []
        self.columns: list[list[int]] = []
        self.option_texts: list[str] = []

    def error(self, text: str) -> None:
        self.errors.append(f"{text} (line {self.getpos()[0]})")

    def handle_starttag(self, tag, pairs):
        attributes = {name: value or "" for name, value in pairs}
        if "svg" not in self.open:
            self._check_nesting(tag)
        self._check_attributes(tag, attributes)
        if tag == "table":
            self.columns.append([])
        elif tag == "tr" and self.columns:
            self.columns[-1].append(0)
        elif tag in {"td", "th"} and self.columns and self.columns[-1]:
            self.columns[-1][-1] += int(attributes.get("colspan") or 1)
            if int(attributes.get("rowspan") or 1) > 1:
                # Rows with a cell that extends into later rows are not counted.
                self.columns[-1][-1] = -1_000
        elif tag == "select":
            self.options.append(0 if "required" in attributes and "multiple" not in attributes else 1)
        elif tag == "option":
            if self.options:
                self.options[-1] += 1
            self.option_texts.append(attributes.get("label", ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, pairs):
        self.handle_starttag(tag, pairs)
        if tag not in VOID:
            self.open.pop()

    def _check_nesting(self, tag: str) -> None:
        parent = self.open[-1] if self.open else ""
        inside = next((each for each in reversed(self.open) if each in PHRASING_PARENTS), "")
        is_block = tag in BLOCKS or (tag[0] == "h" and tag[1:].isdigit() and inside not in HEADING_PARENTS)
        # Links around blocks are the only exception that the site needs.
        if is_block and parent in PHRASING_PARENTS - {"a"}:
            self.error(f"<{tag}> inside <{parent}>")
        if tag in CONTROLS - {"label"} and {"a", "button"} & set(self.open):
            self.error(f"<{tag}> inside a link or a button")
        if tag == "li" and parent not in {"ul", "ol", "menu"}:
            self.error(f"<li> inside <{parent}>")
        if parent in {"ul", "ol"} and tag not in {"li", "script", "template"}:
            self.error(f"<{tag}> inside <{parent}>")

    def _check_attributes(self, tag: str, attributes: dict[str, str]) -> None:
        if id := attributes.get("id"):
            if id in self.ids:
                self.error(f"a second #{id}")
            self.ids[id] = tag in LABELLED and attributes.get("type") != "hidden"
        for name in ID_REFERENCES:
            self.references += [(tag, name, target) for target in attributes.get(name, "").split()]
        if len(address := attributes.get("href", "")) > 1 and address.startswith("#"):
            self.references.append((tag, "href", unquote(address[1:])))
        for name in attributes:
            if name.startswith(NONSTANDARD_ATTRIBUTES) or name.startswith("on") or name == "style":
                self.error(f"{name} on <{tag}>")
        if "disabled" in attributes and tag not in DISABLED:
            self.error(f"disabled on <{tag}>")
        if (
            {"aria-label", "aria-labelledby"} & set(attributes)
            and tag in UNNAMED
            and not attributes.get("role")
        ):
            self.error(f"a name on <{tag}> without a role")
        if tag == "img" and "alt" not in attributes:
            self.error("<img> without alt")
        if tag == "time" and not TIME.fullmatch(attributes.get("datetime", "2025")):
            self.error(f"<time datetime={attributes['datetime']}>")

    def handle_data(self, data):
        if self.option_texts:
            self.option_texts[-1] += data

    def handle_endtag(self, tag):
        if tag not in self.open:
            self.error(f"</{tag}> of nothing")
            return
        while (closed := self.open.pop()) != tag:
            if closed not in {"li", "p", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead"}:
                self.error(f"<{closed}> not closed before </{tag}>")
        if tag == "option" and not self.option_texts.pop().strip():
            self.error("an empty <option>")
        elif tag == "select" and not self.options.pop():
            self.error("a required <select> without options")
        elif tag == "table" and len({width for width in self.columns.pop() if width >= 0}) > 1:
            self.error("a table with rows of different widths")

    def close(self):
        super().close()
        for tag, name, target in self.references:
            if target not in self.ids:
                if not target.endswith(HELP_TEXT_SUFFIX):
                    self.errors.append(f"{name} of <{tag}> names #{target}, which is not there")
            elif name == "for" and tag == "label" and not self.ids[target]:
                self.errors.append(f"for of <label> names #{target}, which is no control that is seen")


def lint_errors(html: str) -> list[str]:
    """The errors of a page, in order."""
    linter = _Linter()
    linter.feed(html)
    linter.close()
    return linter.errors
