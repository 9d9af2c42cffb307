"""Asks Lighthouse about the pages that readers see most, on a phone and on a desk: 100 of 100 in all four of its marks.

    python scripts/lighthouse.py                the table; exits with 1 where a page falls short
    python scripts/lighthouse.py --only /map/   pages whose address begins so
    python scripts/lighthouse.py --runs 3       the best of three of a page that falls short: a busy machine counts too

`make lighthouse` brings Lighthouse into var/npm. Its reports are left in var/lighthouse. The site is `running_site`.
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
MARKS = ("performance", "accessibility", "best-practices", "seo")
PAGES = {
    "home": "/",
    "list": "/initiatives/",
    "record": "/initiatives/dushanbe-smart-city-projects/",
    "matrix": "/matrix/",
    "map": "/map/",
}
DEVICES = {"mobile": [], "desktop": ["--preset=desktop"]}
# What a reader waits for, and what moves meanwhile.
TIMES = {
    "first": "first-contentful-paint",
    "largest": "largest-contentful-paint",
    "blocked": "total-blocking-time",
}
HEAD = ("page", "device", *MARKS, *TIMES, "shift", "requests", "KB")


def asked(address: str, name: str, device: str) -> dict:
    """The report of Lighthouse about a page."""
    path = REPORTS / f"{name}-{device}.json"
    flags = " ".join(["--headless=new", *chromium.OPTIONS])
    written = [f"--output-path={path}", "--output=json", "--quiet"]
    subprocess.run([PROGRAM, address, *written, f"--chrome-flags={flags}", *DEVICES[device]], check=True)
    return json.loads(path.read_text())


def marks(report: dict) -> list[int]:
    return [round(100 * (report["categories"][mark]["score"] or 0)) for mark in MARKS]


def row(report: dict) -> list[str]:
    """The marks of a page and the numbers behind them."""
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    return [
        *map(str, marks(report)),
        *(f"{audits[audit]['numericValue']:.0f}" for audit in TIMES.values()),
        f"{audits['cumulative-layout-shift']['numericValue']:.3f}",
        str(len(requests)),
        f"{sum(each['transferSize'] for each in requests) / 1024:.0f}",
    ]


def lost(report: dict) -> list[str]:
    """The audits that cost a page something."""
    return [
        f"{audit['title']} ({audit.get('displayValue') or audit['score']})"
        for mark in MARKS
        for each in report["categories"][mark]["auditRefs"]
        if each["weight"] and (audit := report["audits"][each["id"]])["score"] not in (None, 1)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="/", help="pages whose addresses begin with this")
    parser.add_argument(
        "--runs", type=int, default=1, help="how often a page that falls short is asked about"
    )
    options = parser.parse_args()

    os.environ["CHROME_PATH"] = chromium.program()
    REPORTS.mkdir(parents=True, exist_ok=True)
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    is_short = False
    with running_site() as site:
        for name, path in PAGES.items():
            for device in DEVICES if path.startswith(options.only) else ():
                reports = []
                while len(reports) < options.runs and not (reports and min(marks(reports[-1])) == 100):
                    reports.append(asked(site + path, name, device))
                best = max(reports, key=marks)
                print("| " + " | ".join([name, device, *row(best)]) + " |", flush=True)
                if min(marks(best)) < 100:
                    is_short = True
                    print("\n".join(f"    {each}" for each in lost(best)), file=sys.stderr)
    sys.exit(is_short)


if __name__ == "__main__":
    main()
