"""Where the catalogues are, and how they are read, written and compiled.

A catalogue (`django.po`) is committed; what the site reads (`django.mo`) is made from it at set-up and is not. The
site could read catalogues themselves, but only with a reader of its own in the place of gettext's, and every process
would take 0.1 s a language for it at its start.
"""

import gettext
import os
import tempfile
from io import BytesIO
from pathlib import Path

import django
from django.conf import settings
from django.utils.translation import to_locale

PROVIDED_BY_DJANGO = Path(django.__file__).parent / "conf" / "locale"
DOMAIN = "django"


def languages() -> list[str]:
    """The languages that have a catalogue: all but the one that the messages are written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_path(language: str, ending: str = "po") -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def header(language: str) -> str:
    """The first entry of a catalogue: without dates, which would change, and with the plural forms that Django's own
    catalogue of the language has.
    """
    locale = to_locale(language)
    plural_forms = gettext.translation(DOMAIN, PROVIDED_BY_DJANGO, [locale]).info()["plural-forms"]
    fields = {
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms,
    }
    lines = "\n".join(rf'"{name}: {value}\n"' for name, value in fields.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'


def read(language: str):
    """The catalogue of a language; one without messages where there is no file yet."""
    from babel.messages.pofile import read_po

    path = po_path(language)
    text = path.read_text(encoding="utf-8") if path.exists() else header(language)
    return read_po(BytesIO(text.encode()), locale=to_locale(language), abort_invalid=True)


def po_text(catalogue, language: str) -> str:
    """The file of a catalogue: the same for the same messages and translations, whenever and wherever it is made."""
    from babel.messages.pofile import write_po

    out = BytesIO()
    # Lines do not wrap and places have no numbers: a changed word changes one line of the file.
    write_po(out, catalogue, omit_header=True, include_lineno=False, width=0)
    return f"{header(language)}\n{out.getvalue().decode().strip()}\n"


def write(path: Path, content: bytes) -> None:
    """Writes a file at once: whoever reads it meanwhile has the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(draft, 0o644)
    os.replace(draft, path)


def is_compiled(language: str) -> bool:
    """Whether what the site reads is there, and no older than the catalogue."""
    source, compiled = po_path(language), po_path(language, "mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def compile_stale() -> list[str]:
    """Makes what the site reads wherever it is missing or old; tells for which languages it was."""
    from babel.messages.mofile import write_mo

    stale = [code for code in languages() if po_path(code).exists() and not is_compiled(code)]
    for language in stale:
        out = BytesIO()
        write_mo(out, read(language))
        write(po_path(language, "mo"), out.getvalue())
    return stale
