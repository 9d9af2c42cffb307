"""Writes every named route of the site to docs/developers/routes.md, with `python -m tests.route_table`."""

from collections.abc import Iterator
from inspect import unwrap
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

PAGE = Path(__file__).resolve().parents[1] / "docs" / "developers" / "routes.md"
HEAD = """\
# Routes

For developers. This page lists every named route of the site. Pass a name to `reverse` or `{% url %}`. The route
names of a list begin with its collection, as in `initiatives-list`. Pages in Russian and Chinese have the same routes
with the prefix `/ru/` or `/zh-hans/`. Model forms and changelists in the admin use Django's route names.
`python -m tests.route_table` writes this page.

| name | path | package of the view |
| --- | --- | --- |
"""


def named_routes(
    resolver: URLResolver, path: str = "/", namespace: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Returns the name and path of each route of our views, and the package of the view."""
    for each in resolver.url_patterns:
        route = path + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from named_routes(each, route, inner)
        elif isinstance(each, URLPattern) and each.name:
            view = unwrap(each.callback)
            package, _dot, _module = view.__module__.rpartition(".")
            # Skips views that are methods of ModelAdmin mixins.
            if not package.startswith("django") and "Mixin." not in view.__qualname__:
                yield f"{namespace}{each.name}", route, package


def page() -> str:
    """The page with the table, as Markdown."""
    rows = sorted(set(named_routes(get_resolver())))
    return HEAD + "".join(f"| `{name}` | `{path}` | `{view}` |\n" for name, path, view in rows)


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
