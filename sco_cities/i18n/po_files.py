"""Paths of the message catalogues; reads, writes and compiles them.

A catalogue (`django.po`) is committed; the compiled one (`django.mo`), which the site reads, is made at set-up and is
not. Reading `django.po` directly would need a replacement for gettext's reader and would take every process 0.1 s a
language at its start.
"""

import gettext
import os
import tempfile
from io import BytesIO
from pathlib import Path

import django
from django.conf import settings
from django.utils.translation import to_locale

DJANGO_LOCALE_DIR = Path(django.__file__).parent / "conf" / "locale"
DOMAIN = "django"


def catalogue_languages() -> list[str]:
    """The languages that have a catalogue: all except the one of the messages."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_path(language: str, suffix: str = "po") -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


def catalogue_header(language: str) -> str:
    """The first entry of a catalogue: without dates, which would change, and with the plural forms of Django's own
    catalogue of the language.
    """
    locale = to_locale(language)
    plural_forms = gettext.translation(DOMAIN, DJANGO_LOCALE_DIR, [locale]).info()["plural-forms"]
    fields = {
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms,
    }
    lines = "\n".join(rf'"{name}: {value}\n"' for name, value in fields.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'


def read_catalogue(language: str):
    """The catalogue of a language; an empty one if there is no file yet."""
    from babel.messages.pofile import read_po

    path = po_path(language)
    text = path.read_text(encoding="utf-8") if path.exists() else catalogue_header(language)
    return read_po(BytesIO(text.encode()), locale=to_locale(language), abort_invalid=True)


def po_text(catalogue, language: str) -> str:
    """The file content of a catalogue. Reproducible: it depends only on messages and translations."""
    from babel.messages.pofile import write_po

    out = BytesIO()
    # Without line wrapping and line numbers, so that a changed word changes one line of the file.
    write_po(out, catalogue, omit_header=True, include_lineno=False, width=0)
    return f"{catalogue_header(language)}\n{out.getvalue().decode().strip()}\n"


def write_file(path: Path, content: bytes) -> None:
    """Writes a file atomically: readers see the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(draft, 0o644)
    os.replace(draft, path)


def is_compiled(language: str) -> bool:
    """Whether the compiled catalogue exists and is not older than its source."""
    source, compiled = po_path(language), po_path(language, "mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def compile_stale() -> list[str]:
    """Compiles the catalogues that are missing or outdated; returns their languages."""
    from babel.messages.mofile import write_mo

    stale = [code for code in catalogue_languages() if po_path(code).exists() and not is_compiled(code)]
    for language in stale:
        out = BytesIO()
        write_mo(out, read_catalogue(language))
        write_file(po_path(language, "mo"), out.getvalue())
    return stale
