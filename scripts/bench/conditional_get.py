"""Compares an unchanged page, requested again, with a minimal view."""

from statistics import median

from .site import Site
from .stats import interleaved_milliseconds

REQUESTS, ROUNDS = 200, 7


def measure(site: Site) -> dict:
    """Milliseconds of the page, with and without If-None-Match, and of the minimal view.

    `ratio` compares the slower variant with the minimal view. A browser that has the page sends If-None-Match, and
    other readers do not.
    """
    path = "/initiatives/?status=agreed"
    conditional = {"If-None-Match": site.get(path).headers["ETag"]}
    status = site.get(path, conditional, expected=(200, 304)).status
    if status != 304:
        raise RuntimeError(f"a conditional request for an unchanged page returned {status}")
    requests = {"plain": (path, {}), "conditional": (path, conditional), "hello": ("/bench/hello/", {})}

    def repeat(request: tuple[str, dict]) -> None:
        for _number in range(REQUESTS):
            site.get(*request, expected=(200, 304))

    works = {name: lambda request=request: repeat(request) for name, request in requests.items()}
    times = interleaved_milliseconds(works, ROUNDS)
    medians = {name: median(values) / REQUESTS for name, values in times.items()}
    ratios = {name: medians[name] / medians["hello"] for name in ("plain", "conditional")}
    return {"ms": medians, "ratios": ratios, "ratio": max(ratios.values())}
