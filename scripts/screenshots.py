"""Takes screenshots of every kind of page in three languages, on mobile and desktop, light and dark.

    python -m scripts.screenshots                    all pages, into var/screenshots
    python -m scripts.screenshots --only /search/    pages whose paths begin with this text
    python -m scripts.screenshots --readme           the pictures of the README, into docs/images

The site runs as with `make run`, on a temporary database with the shipped package.
"""

import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from scripts.chromium import running_browser
from scripts.outputs import file_name
from tests.ops.site_process import ROOT, load_package, prepare, running_site
from tests.page_catalogue import PUBLIC_PAGES

WIDTHS = {390: 844, 1280: 800}
SCHEMES = ("light", "dark")
# The path, colour scheme and height of each screenshot in desktop width, by file name.
README_PAGES = {
    "home": ("/", "light", 1000),
    "list": ("/initiatives/?country=kz&country=kg&pillar=cooperation", "light", 800),
    "matrix": ("/zh-hans/matrix/", "light", 1000),
    "record": ("/ru/initiatives/dushanbe-smart-city-projects/", "dark", 800),
}
# The path prefix of each language.
LANGUAGES = {"en": "", "ru": "/ru", "zh": "/zh-hans"}


@contextmanager
def shipped_site():
    """Runs the site on a temporary database with the shipped package. Yields its URL."""
    with TemporaryDirectory() as directory:
        database_url = f"sqlite:///{directory}/db.sqlite3"
        load_package(database_url)
        prepare()
        with running_site(database_url) as site:
            yield f"http://127.0.0.1:{site.port}"


def open_page(browser: Browser, site: str, width: int, height: int, scheme: str) -> Page:
    size = {"width": width, "height": height}
    context = browser.new_context(base_url=site, viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    # Opens a page that loads the fonts, so that they are available on all later pages.
    page.goto("/about/")
    return page


def take_screenshots(browser: Browser, site: str, folder: Path, only: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        for width, height in WIDTHS.items():
            page = open_page(browser, site, width, height, scheme)
            for address in (each for each in PUBLIC_PAGES if each.startswith(only)):
                name = file_name(address)
                for language, prefix in LANGUAGES.items():
                    page.goto(f"{prefix}{address}")
                    path = folder / f"{name}-{language}-{width}-{scheme}.png"
                    page.screenshot(path=path, full_page=True)
                    _warn_of_overflow(page, f"{name}-{language}", width)


def _warn_of_overflow(page: Page, name: str, width: int) -> None:
    needed = page.evaluate("document.documentElement.scrollWidth")
    if needed > width:
        print(f"{name} is {needed} pixels wide on a screen of {width}", file=sys.stderr)


def take_readme_screenshots(browser: Browser, site: str) -> None:
    for name, (address, scheme, height) in README_PAGES.items():
        page = open_page(browser, site, max(WIDTHS), height, scheme)
        page.goto(address)
        page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--only", default="", help="pages whose addresses begin with this")
    parser.add_argument("--readme", action="store_true", help="take the screenshots of README instead")
    options = parser.parse_args()

    with shipped_site() as site, running_browser() as browser:
        if options.readme:
            take_readme_screenshots(browser, site)
        else:
            take_screenshots(browser, site, options.folder, options.only)


if __name__ == "__main__":
    main()
