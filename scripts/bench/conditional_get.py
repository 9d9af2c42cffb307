"""An unchanged page, requested again, compared with a minimal view."""

import time
from statistics import median

from .site import Site

REQUESTS, MAX_SECONDS, ROUNDS = 200, 1.0, 7


def measure(site: Site) -> dict:
    """Requests per second for the page, with and without If-None-Match, and for the minimal view.

    `ratio` is how many times longer the slower variant takes than the minimal view: a browser that has the page sends
    If-None-Match, other readers do not.
    """
    path = "/initiatives/?status=agreed"
    cached = site.get(path)
    tag = cached.headers.get("ETag")
    headers = {"Accept-Encoding": "gzip"}
    requests = {"plain": (path, headers), "hello": ("/bench/hello/", headers)}
    if tag:
        requests["conditional"] = (path, headers | {"If-None-Match": tag})
        status = site.get(*requests["conditional"], expected=(200, 304)).status
        if status != 304:
            raise RuntimeError(f"a conditional request for an unchanged page returned {status}")
    speeds = {name: [] for name in requests}
    for _round in range(ROUNDS):
        for name, request in requests.items():
            speeds[name].append(_per_second(site, request))
    per_s = {name: median(values) for name, values in speeds.items()}
    ratios = {name: per_s["hello"] / speed for name, speed in per_s.items() if name != "hello"}
    return {"per_s": per_s, "ratios": ratios, "ratio": max(ratios.values()), "etag": bool(tag)}


def _per_second(site: Site, request: tuple[str, dict]) -> float:
    started = time.perf_counter()
    count = 0
    while count < REQUESTS and time.perf_counter() - started < MAX_SECONDS:
        site.get(*request, expected=(200, 304))
        count += 1
    return count / (time.perf_counter() - started)
