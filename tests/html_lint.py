"""What a page has that the HTML standard does not allow, as far as this site has ever got it wrong.

The Nu HTML checker (`make html`) knows the whole standard; what it has found stays mended by this, without Java.
"""

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Elements that hold words and what stands among them.
OF_WORDS = {
    "a", "abbr", "b", "bdi", "button", "cite", "code", "dt", "em", "h1", "h2", "h3", "h4", "i", "kbd", "label",
    "legend", "p", "pre", "q", "s", "small", "span", "strong", "sub", "summary", "sup", "time",
}  # fmt: skip
# What these cannot hold; a link may hold blocks, but no other control.
BLOCKS = {
    "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form", "header", "hr",
    "main", "nav", "ol", "p", "section", "table", "ul",
}  # fmt: skip
HOLDING_HEADINGS = {"legend", "summary"}
CONTROLS = {"a", "button", "details", "input", "label", "select", "textarea"}
DISABLED = {"button", "fieldset", "input", "optgroup", "option", "select", "textarea"}
LABELLED = {"button", "input", "meter", "output", "progress", "select", "textarea"}
# Without a role these are nothing that could have a name.
NAMELESS = {"b", "bdi", "div", "em", "i", "p", "q", "s", "small", "span", "strong", "sub", "sup", "time"}
REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "list", "popovertarget", "form")
OWN_ATTRIBUTES = ("hx-", "_")
# Django's help for a column of rows stands in the head of their table.
ELSEWHERE = "_helptext"
TIME = re.compile(
    r"\d{4}(-\d\d){0,2}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?|P\w+"
)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: dict[str, bool] = {}
        self.references: list[tuple[str, str, str]] = []
        self.options: list[int] = []
        self.columns: list[list[int]] = []
        self.words: list[str] = []

    def fault(self, text: str) -> None:
        self.faults.append(f"{text} (line {self.getpos()[0]})")

    def handle_starttag(self, tag, pairs):
        attributes = {name: value or "" for name, value in pairs}
        if "svg" not in self.open:
            self._place(tag)
        self._attributes(tag, attributes)
        if tag == "table":
            self.columns.append([])
        elif tag == "tr" and self.columns:
            self.columns[-1].append(0)
        elif tag in {"td", "th"} and self.columns and self.columns[-1]:
            self.columns[-1][-1] += int(attributes.get("colspan") or 1)
            if int(attributes.get("rowspan") or 1) > 1:
                # Rows that others reach into are not counted.
                self.columns[-1][-1] = -1_000
        elif tag == "select":
            self.options.append(0 if "required" in attributes and "multiple" not in attributes else 1)
        elif tag == "option":
            if self.options:
                self.options[-1] += 1
            self.words.append(attributes.get("label", ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, pairs):
        self.handle_starttag(tag, pairs)
        if tag not in VOID:
            self.open.pop()

    def _place(self, tag: str) -> None:
        parent = self.open[-1] if self.open else ""
        inside = next((each for each in reversed(self.open) if each in OF_WORDS), "")
        is_block = tag in BLOCKS or (tag[0] == "h" and tag[1:].isdigit() and inside not in HOLDING_HEADINGS)
        # Words may hold what makes a page of its own inside: nothing here does, but for links around blocks.
        if is_block and parent in OF_WORDS - {"a"}:
            self.fault(f"<{tag}> inside <{parent}>")
        if tag in CONTROLS - {"label"} and {"a", "button"} & set(self.open):
            self.fault(f"<{tag}> inside a link or a button")
        if tag == "li" and parent not in {"ul", "ol", "menu"}:
            self.fault(f"<li> inside <{parent}>")
        if parent in {"ul", "ol"} and tag not in {"li", "script", "template"}:
            self.fault(f"<{tag}> inside <{parent}>")

    def _attributes(self, tag: str, attributes: dict[str, str]) -> None:
        if id := attributes.get("id"):
            if id in self.ids:
                self.fault(f"a second #{id}")
            self.ids[id] = tag in LABELLED and attributes.get("type") != "hidden"
        for name in REFERRING:
            self.references += [(tag, name, target) for target in attributes.get(name, "").split()]
        for name in attributes:
            if name.startswith(OWN_ATTRIBUTES) or name.startswith("on") or name == "style":
                self.fault(f"{name} on <{tag}>")
        if "disabled" in attributes and tag not in DISABLED:
            self.fault(f"disabled on <{tag}>")
        if (
            {"aria-label", "aria-labelledby"} & set(attributes)
            and tag in NAMELESS
            and not attributes.get("role")
        ):
            self.fault(f"a name on <{tag}> without a role")
        if tag == "img" and "alt" not in attributes:
            self.fault("<img> without alt")
        if tag == "time" and not TIME.fullmatch(attributes.get("datetime", "2025")):
            self.fault(f"<time datetime={attributes['datetime']}>")

    def handle_data(self, data):
        if self.words:
            self.words[-1] += data

    def handle_endtag(self, tag):
        if tag not in self.open:
            self.fault(f"</{tag}> of nothing")
            return
        while (closed := self.open.pop()) != tag:
            if closed not in {"li", "p", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead"}:
                self.fault(f"<{closed}> not closed before </{tag}>")
        if tag == "option" and not self.words.pop().strip():
            self.fault("an empty <option>")
        elif tag == "select" and not self.options.pop():
            self.fault("a required <select> without options")
        elif tag == "table" and len({width for width in self.columns.pop() if width >= 0}) > 1:
            self.fault("a table with rows of different widths")

    def close(self):
        super().close()
        for tag, name, target in self.references:
            if target not in self.ids:
                if not target.endswith(ELSEWHERE):
                    self.faults.append(f"{name} of <{tag}> names #{target}, which is not there")
            elif name == "for" and tag == "label" and not self.ids[target]:
                self.faults.append(f"for of <label> names #{target}, which is no control that is seen")


def faults(html: str) -> list[str]:
    """What is wrong with a page, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults
