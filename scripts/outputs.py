"""Stores the responses of the site, and compares the responses of two commits (`make outputs`).

    python -m scripts.outputs                       writes the corpus of this checkout into var/outputs
    python -m scripts.outputs --compare c08ad32c    compares this checkout with a commit
    python -m scripts.outputs --compare A B         compares two commits

The corpus has a file for each response, with status, headers and body. It is created from the shipped package in a new
database, with a stopped clock. It covers each kind of URL in each language (pages, exports, the API, feeds, a release,
MCP, reconciliation, and the admin of each role). Tokens, durations and hashes in names of static files differ in each
run, so placeholders replace them.
"""

import argparse
import difflib
import gzip
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, quote, urldefrag, urljoin, urlsplit

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "outputs"
# A time after the newest report of the shipped package.
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOST = "localhost"
ORIGIN = f"http://{HOST}"
SEVERAL = "several"
# Maximum number of URLs per route with the same parameter, and with several parameters. The limits for admin pages are
# lower, because these pages take ten times as long as public pages and are requested for each role.
PUBLIC_LIMITS, ADMIN_LIMITS = (2, 6), (1, 2)
LINK = re.compile(r'(?:href|src|action|data-href)="([^"#][^"]*)"')
STARTS = (
    "/",
    "/ru/",
    "/zh-hans/",
    "/about/",
    "/nowhere/",
    "/robots.txt",
    "/sitemap.xml",
    "/llms.txt",
    "/.well-known/security.txt",
    "/data/catalog.ttl",
    "/data/catalog.jsonld",
    "/data/croissant.json",
    "/data/context.jsonld",
    "/data/releases.json",
    "/api/",
    "/api/openapi.json",
    "/api/changes/",
    "/api/search/?q=tianjin",
    "/api/ties/",
    "/search/?q=moscow",
    "/search/?q=душанб",
    "/initiatives/?status=certain&year_from=soon",
    "/initiatives.csv?status=certain",
    "/api/initiatives/?nothing=1",
    "/oembed?url=http://localhost/initiatives/astana-lrt/",
    "/api/initiatives/?footnotes=1&per_page=5",
    "/reconcile",
    "/reconcile/suggest/entity?prefix=dush",
    "/reconcile/suggest/property?prefix=pop",
    "/reconcile/suggest/type?prefix=c",
    "/reconcile/properties?type=cities",
    "/reconcile/preview/cities:tianjin",
    "/reconcile/flyout/entity?id=cities:tianjin",
    "/healthz",
    "/initiatives",
    "/favicon.ico",
)
TOOL_CALLS = (
    ("search", {"query": "Tianjin"}),
    ("search", {"query": "nothing of the kind"}),
    ("fetch", {"id": "cities:dushanbe"}),
    ("get_record", {"list": "initiatives", "slug": "astana-lrt"}),
    ("list_records", {"list": "initiatives", "filters": {"country": ["kz"]}, "per_page": 5}),
    ("list_records", {"list": "initiatives", "filters": {"country": ["nowhere"]}}),
    ("count_by", {"list": "initiatives", "by": "status"}),
)
QUERIES = {
    "q0": {"query": "Dushanbe", "type": "cities"},
    "q1": {"query": "天津"},
    "q2": {"query": "Huawei", "limit": 3},
}
# Patterns in a response, and the placeholders that replace them.
MARKS = (
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1TOKEN"),
    (re.compile(r'(name="form_key" value=")[^"]*'), r"\1KEY"),
    (re.compile(r"(nonce[-=]\"?)[A-Za-z0-9+/_=-]{16,}"), r"\1NONCE"),
    (re.compile(r"(/static/[\w./-]+?)\.[0-9a-f]{8,12}(\.\w+)"), r"\1.HASH\2"),
    (re.compile(r"(sha(?:256|384)-)[A-Za-z0-9+/=]{40,}"), r"\1DIGEST"),
    (re.compile(r"\b[0-9]+(\.[0-9]+)? ?(ms|milliseconds)\b"), "DURATION"),
)
HEADERS_LEFT_OUT = {"set-cookie", "etag", "server-timing", "x-request-id", "content-length"}


def normalized(text: str) -> str:
    for pattern, mark in MARKS:
        text = pattern.sub(mark, text)
    return text


def text_of(content: bytes, name: str = "") -> str:
    """Returns the content as text. An archive is represented by its members, other binary content by its digest."""
    if content[:2] == b"\x1f\x8b":
        return text_of(gzip.decompress(content), name)
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(f"== {each}\n{text_of(archive.read(each), each)}" for each in archive.namelist())
    if content[:15] == b"SQLite format 3":
        import sqlite3

        connection = sqlite3.connect(":memory:")
        connection.deserialize(content)
        return "\n".join(connection.iterdump())
    try:
        return normalized(content.decode())
    except UnicodeDecodeError:
        return f"{len(content)} bytes, {hashlib.sha256(content).hexdigest()}"


class Corpus:
    """The responses of a site, each in a file of a folder."""

    def __init__(self, folder: Path, known: Iterable[str] = ()):
        self.folder = folder
        # The URLs of another corpus, which are requested even if no page links to them.
        self.known = list(known)
        self.addresses: list[str] = []

    def keep(self, part: str, address: str, response) -> str:
        """Stores a response, and returns its text if it is a page."""
        self.addresses.append(f"{part} {address}")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        headers = sorted(
            f"{name}: {normalized(value)}"
            for name, value in response.headers.items()
            if name.lower() not in HEADERS_LEFT_OUT
        )
        text = text_of(content)
        path = self.folder / part / file_name(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([address, str(response.status_code), *headers, "", text]), encoding="utf-8")
        return text if "html" in response.headers.get("Content-Type", "") else ""

    def write_index(self) -> None:
        (self.folder / "addresses.txt").write_text("\n".join(self.addresses) + "\n", encoding="utf-8")


def file_name(address: str) -> str:
    name = quote(address.strip("/") or "index", safe="=,.")
    return name if len(name) <= 150 else f"{name[:130]}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def crawl(corpus: Corpus, part: str, client, starts: Iterable[str], limits: tuple[int, int]) -> None:
    """Stores the responses of a few URLs of each kind that are reachable from `starts`."""
    known = [address for each in corpus.known for name, _, address in [each.partition(" ")] if name == part]
    waiting, seen, counts = deque(dict.fromkeys([*starts, *known])), set(), Counter()
    required = set(waiting)
    while waiting:
        address = waiting.popleft()
        if address in seen:
            continue
        kind = _kind(urlsplit(address))
        counts[kind] += 1
        if counts[kind] > limits[kind[-1] == SEVERAL] and address not in required:
            continue
        seen.add(address)
        text = corpus.keep(part, address, client.get(address))
        for link in LINK.findall(text):
            target = urldefrag(urljoin(ORIGIN + address, html.unescape(link)))[0]
            if not target.startswith(f"{ORIGIN}/") or "/static/" in target or "/logout/" in target:
                continue
            target = target.removeprefix(ORIGIN)
            if target.startswith("/admin/") == part.startswith("admin") and target not in seen:
                waiting.append(target)


def _kind(address: SplitResult) -> tuple:
    """Returns the kind of a URL, with language, route, list and parameters. A few URLs of each kind are requested."""
    from django.urls import Resolver404, resolve
    from django.utils.translation import override

    _, language, path = re.split(r"^/(?:(ru|zh-hans)(?:/|$))?", address.path)
    # Routes with a language prefix exist only while the language is active.
    with override("en"):
        try:
            match = resolve(f"/{path}")
        except Resolver404:
            match = None
    names = tuple(sorted({part.partition("=")[0] for part in address.query.split("&") if part}))
    # Each list name in a URL is treated as a separate route.
    listed = match.kwargs.get("collection") if match else None
    route = match and (match.view_name or match.route)
    return language, route, listed, names if len(names) < 2 else SEVERAL


def store_program_responses(corpus: Corpus, client) -> None:
    """Stores the responses to POST requests of programs (MCP and reconciliation)."""
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "outputs", "version": "1"},
    }
    messages = [
        ("initialize", hello),
        ("tools/list", {}),
        *(("tools/call", {"name": name, "arguments": arguments}) for name, arguments in TOOL_CALLS),
    ]
    for prefix in ("", "/ru"):
        for number, (method, parameters) in enumerate(messages):
            message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
            answer = client.post(f"{prefix}/mcp", json.dumps(message), content_type="application/json")
            corpus.keep("programs", f"{prefix}/mcp {number} {method}", answer)
    answer = client.post("/reconcile", {"queries": json.dumps(QUERIES)})
    corpus.keep("programs", "/reconcile queries", answer)


def write_corpus(folder: Path, known: Iterable[str]) -> None:
    """Writes the corpus of the checkout in the current directory, in the process that serves it."""
    sys.path.insert(0, os.getcwd())
    import time_machine

    with tempfile.TemporaryDirectory() as directory, time_machine.travel(NOW, tick=False):
        os.environ.update(
            SECRET_KEY=hashlib.sha512(b"outputs").hexdigest(),
            RELEASES_DIR=f"{directory}/releases",
            SITE_URL=ORIGIN,
            ENV_FILE="",
        )
        from scripts import shipped_site

        shipped_site.set_up(directory)
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from django.core.management import call_command
        from django.test import Client

        call_command("release", verbosity=0)
        corpus = Corpus(folder, known)
        # Records error responses instead of raising exceptions.
        client = Client(raise_request_exception=False, SERVER_NAME=HOST)
        crawl(corpus, "public", client, STARTS, PUBLIC_LIMITS)
        store_program_responses(corpus, client)
        users = get_user_model().objects
        for role in [*Group.objects.order_by("name"), None]:
            name = role.name if role else "superuser"
            user = users.create_user(name, password=None, is_staff=True, is_superuser=role is None)
            user.groups.set([role] if role else [])
            client = Client(raise_request_exception=False, SERVER_NAME=HOST)
            client.force_login(user)
            crawl(corpus, f"admin-{file_name(name)}", client, ["/admin/"], ADMIN_LIMITS)
        corpus.write_index()


def corpus_of(commit: str | None, folder: Path, like: Path | None = None) -> Path:
    """Writes the corpus of a commit, or of this checkout, including the URLs of the corpus `like`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options = ["--write", str(folder), *(["--like", str(like)] if like else [])]
    command = [sys.executable, str(Path(__file__).resolve()), *options]
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    from tests.ops.site_process import prepare

    with tempfile.TemporaryDirectory() as directory:
        if commit is not None:
            archive = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True)
            subprocess.run(["tar", "--extract", "--directory", directory], input=archive.stdout, check=True)
        checkout = ROOT if commit is None else Path(directory)
        prepare(checkout)
        subprocess.run(command, cwd=checkout, env=environment, check=True)
    return folder


def differences(before: Path, after: Path, lines: int) -> Iterator[str]:
    """Yields the differences between two corpora, with at most `lines` lines per response, and a summary."""
    one, two = (
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        for folder in (before, after)
    )
    one, two = one - {"addresses.txt"}, two - {"addresses.txt"}
    changed = 0
    for name in sorted(one & two):
        old, new = (Path(folder, name).read_text(encoding="utf-8") for folder in (before, after))
        if old == new:
            continue
        changed += 1
        yield f"--- {name}"
        diff = [
            line[:300] for line in difflib.unified_diff(old.split("\n"), new.split("\n"), n=0, lineterm="")
        ]
        yield from diff[3 : 3 + lines]
    yield from (f"only before: {name}" for name in sorted(one - two))
    yield from (f"only after: {name}" for name in sorted(two - one))
    yield (
        f"{len(one & two) - changed} answers are equal, {changed} differ, "
        f"{len(one - two)} are missing, {len(two - one)} are new"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--compare", nargs="+", metavar="COMMIT", help="a commit and this checkout, or two commits"
    )
    parser.add_argument("--lines", type=int, default=6, help="the number of printed lines of each difference")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--like", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        known = (
            (options.like / "addresses.txt").read_text(encoding="utf-8").splitlines() if options.like else ()
        )
        write_corpus(options.write, known)
        return
    if not options.compare:
        print(corpus_of(None, FOLDER / "checkout"))
        return
    first, *rest = options.compare
    before = FOLDER / file_name(first)
    if not (before / "addresses.txt").exists():
        corpus_of(first, before)
    second = rest[0] if rest else None
    after = corpus_of(second, FOLDER / file_name(second or "checkout"), before)
    for line in differences(before, after, options.lines):
        print(line)


if __name__ == "__main__":
    main()
