"""A page that has not changed since last time, beside a view that says hello."""

import time
from statistics import median

from .site import Site

REQUESTS, SECONDS, TURNS = 200, 1.0, 7


def measure(site: Site) -> dict:
    """Requests per second of the page asked for again, with and without saying what is known, and of hello.

    `ratio` is that of the slower way: a reader's own browser says what it knows, other readers do not.
    """
    path = "/initiatives/?status=agreed"
    known = site.get(path)
    tag = known.headers.get("ETag")
    plain = {"Accept-Encoding": "gzip"}
    asked = {"plain": (path, plain), "hello": ("/bench/hello/", plain)}
    if tag:
        asked["conditional"] = (path, plain | {"If-None-Match": tag})
        status = site.get(*asked["conditional"], expected=(200, 304)).status
        if status != 304:
            raise RuntimeError(f"a conditional request for an unchanged page answers {status}")
    speeds = {name: [] for name in asked}
    for _turn in range(TURNS):
        for name, request in asked.items():
            speeds[name].append(_per_second(site, request))
    per_s = {name: median(values) for name, values in speeds.items()}
    ratios = {name: speed / per_s["hello"] for name, speed in per_s.items() if name != "hello"}
    return {"per_s": per_s, "ratios": ratios, "ratio": min(ratios.values()), "etag": bool(tag)}


def _per_second(site: Site, request: tuple[str, dict]) -> float:
    started = time.perf_counter()
    done = 0
    while done < REQUESTS and time.perf_counter() - started < SECONDS:
        site.get(*request, expected=(200, 304))
        done += 1
    return done / (time.perf_counter() - started)
