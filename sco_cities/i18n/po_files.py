"""Paths and compilation of the message catalogues.

The catalogues (`django.po`) are committed. The compiled catalogues (`django.mo`), which the site reads, are made at
set-up and not committed. Babel compiles them, so that only developers need GNU gettext.
"""

import os
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale


def catalogue_languages() -> list[str]:
    """Returns the languages that have a catalogue (all except the language of the messages)."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_path(language: str, suffix: str = "po") -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / f"django.{suffix}"


def is_compiled(language: str) -> bool:
    """Returns True if the compiled catalogue exists and is not older than its source."""
    source, compiled = po_path(language), po_path(language, "mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def compile_stale() -> list[str]:
    """Compiles missing or outdated catalogues. Returns their languages."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    stale = [code for code in catalogue_languages() if po_path(code).exists() and not is_compiled(code)]
    for language in stale:
        catalogue = read_po(BytesIO(po_path(language).read_bytes()), to_locale(language), abort_invalid=True)
        draft = po_path(language, f"{os.getpid()}.mo")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        # Replaces the file atomically, so that readers see either the old or the new content.
        draft.chmod(0o644)
        draft.replace(po_path(language, "mo"))
    return stale
