"""Runs Lighthouse on the most viewed pages, on mobile and desktop: all four scores must be 100.

    python scripts/lighthouse.py                prints the table; exits with 1 if a score is lower
    python scripts/lighthouse.py --only /map/   pages whose path begins with this
    python scripts/lighthouse.py --runs 3       up to three runs of a page with a lower score; the best one counts

`make lighthouse` installs Lighthouse into var/npm. Its reports are in var/lighthouse. The site is `running_site`.
"""

import argparse
import json
import os
import subprocess
import sys

import chromium
from screenshots import ROOT, running_site

PROGRAM = ROOT / "var" / "npm" / "node_modules" / ".bin" / "lighthouse"
REPORTS = ROOT / "var" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = {
    "home": "/",
    "list": "/initiatives/",
    "record": "/initiatives/dushanbe-smart-city-projects/",
    "matrix": "/matrix/",
    "map": "/map/",
    "together": "/together/tashkent/tianjin/",
    "api": "/api/docs/",
}
DEVICES = {"mobile": [], "desktop": ["--preset=desktop"]}
# Loading times, by table column.
TIMES = {
    "first": "first-contentful-paint",
    "largest": "largest-contentful-paint",
    "blocked": "total-blocking-time",
}
HEAD = ("page", "device", *CATEGORIES, *TIMES, "shift", "requests", "KB")


def run_lighthouse(address: str, name: str, device: str) -> dict:
    """The report of Lighthouse for a page."""
    path = REPORTS / f"{name}-{device}.json"
    flags = " ".join(["--headless=new", *chromium.OPTIONS])
    output = [f"--output-path={path}", "--output=json", "--quiet"]
    subprocess.run([PROGRAM, address, *output, f"--chrome-flags={flags}", *DEVICES[device]], check=True)
    return json.loads(path.read_text())


def scores(report: dict) -> list[int]:
    return [round(100 * (report["categories"][category]["score"] or 0)) for category in CATEGORIES]


def row(report: dict) -> list[str]:
    """The table row of a page: its scores and the numbers behind them."""
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    return [
        *map(str, scores(report)),
        *(f"{audits[audit]['numericValue']:.0f}" for audit in TIMES.values()),
        f"{audits['cumulative-layout-shift']['numericValue']:.3f}",
        str(len(requests)),
        f"{sum(each['transferSize'] for each in requests) / 1024:.0f}",
    ]


def failed_audits(report: dict) -> list[str]:
    """The audits that reduce the scores of a page."""
    return [
        f"{audit['title']} ({audit.get('displayValue') or audit['score']})"
        for category in CATEGORIES
        for each in report["categories"][category]["auditRefs"]
        if each["weight"] and (audit := report["audits"][each["id"]])["score"] not in (None, 1)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="/", help="pages whose path begins with this")
    parser.add_argument("--runs", type=int, default=1, help="how often to run a page with a score below 100")
    options = parser.parse_args()

    os.environ["CHROME_PATH"] = chromium.program()
    REPORTS.mkdir(parents=True, exist_ok=True)
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    has_failed = False
    with running_site() as site:
        for name, path in PAGES.items():
            for device in DEVICES if path.startswith(options.only) else ():
                reports = []
                while len(reports) < options.runs and not (reports and min(scores(reports[-1])) == 100):
                    reports.append(run_lighthouse(site + path, name, device))
                best = max(reports, key=scores)
                print("| " + " | ".join([name, device, *row(best)]) + " |", flush=True)
                if min(scores(best)) < 100:
                    has_failed = True
                    print("\n".join(f"    {each}" for each in failed_audits(best)), file=sys.stderr)
    sys.exit(has_failed)


if __name__ == "__main__":
    main()
