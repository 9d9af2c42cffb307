"""Serialises linked data as Turtle (RDF 1.1). It uses the same nodes as JSON-LD, so that both formats always agree.

A node contains "@id", "@type" and values by compact name. A value is a text, a number, {"@id": …}, {"@value": …,
"@type": …}, {"@value": …, "@language": …}, a node without "@id", or a list of these.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Node = dict[str, Any]

_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def turtle(prefixes: Mapping[str, str], nodes: Sequence[Node]) -> str:
    """The Turtle document for `nodes`. Compact names begin with one of `prefixes`."""
    head = "".join(f"@prefix {name}: <{address}> .\n" for name, address in prefixes.items())
    return head + "".join(f"\n{_iri(node['@id'], prefixes)}{_body(node, prefixes)} .\n" for node in nodes)


def _body(node: Node, prefixes: Mapping[str, str], indent: str = "  ") -> str:
    return " ;".join(f"\n{indent}{line}" for line in _lines(node, prefixes, indent))


def _lines(node: Node, prefixes: Mapping[str, str], indent: str) -> Iterator[str]:
    for name, values in node.items():
        if name == "@id":
            continue
        listed = values if isinstance(values, list) else [values]
        if name == "@type":
            yield f"a {', '.join(listed)}"
        elif listed:
            yield f"{name} {', '.join(_object(value, prefixes, indent) for value in listed)}"


def _object(value: Any, prefixes: Mapping[str, str], indent: str) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _literal(value)
    if "@value" in value:
        language, kind = value.get("@language"), value.get("@type")
        return _literal(value["@value"]) + (f"@{language}" if language else f"^^{kind}")
    if "@id" in value:
        return _iri(value["@id"], prefixes)
    return f"[{_body(value, prefixes, indent + '  ')}\n{indent}]"


def _literal(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _iri(name: str, prefixes: Mapping[str, str]) -> str:
    if name.partition(":")[0] in prefixes:
        return name
    return "<{}>".format(_NOT_IN_IRI.sub(lambda match: f"%{ord(match[0]):02X}", name))
