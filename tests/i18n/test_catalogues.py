"""Updates, checks and compilation of the message catalogues."""

import gettext
import io
import os
import re
import shutil
import subprocess
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command
from django.utils.translation import to_locale

from sco_cities.i18n import checks, po_files

CHECK = Path(__file__).resolve().parents[2] / "scripts" / "check_messages.sh"
needs_gettext = pytest.mark.skipif(not shutil.which("msgmerge"), reason="this machine has no GNU gettext")

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"{}\\n"\n\n'
RUSSIAN = HEADER.format(
    "Plural-Forms: nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
    "n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);"
)
CHINESE = HEADER.format("Plural-Forms: nplurals=1; plural=0;")


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    """A separate project with a module, a template, a test and catalogues."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    for name, text in {
        "sco_cities/a.py": '# Translators: said of a door\n_("Open")\n_("joined "\n  "words")\n',
        "templates/b.html": '{% load i18n %}\n  {% translate "Open" %}',
        "templates/c.svg": '{% load i18n %}<svg>{% translate "Picture" %}</svg>',
        "tests/test_a.py": '_("Test")',
        "locale/ru/LC_MESSAGES/django.po": RUSSIAN,
        "locale/zh_Hans/LC_MESSAGES/django.po": CHINESE,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def catalogue_of(language):
    return read_po(io.BytesIO(po_files.po_path(language).read_bytes()), to_locale(language))


def translate(language, **words):
    """Translates messages in the file."""
    path = po_files.po_path(language)
    text = path.read_text(encoding="utf-8")
    for message, translation in words.items():
        text = text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"')
    path.write_text(text, encoding="utf-8")


@needs_gettext
def test_an_update_writes_messages_of_code_and_templates_with_their_files(folder):
    call_command("makemessages", verbosity=0)
    text = po_files.po_path("ru").read_text(encoding="utf-8")
    assert text.removeprefix(RUSSIAN) == (
        "#. Translators: said of a door\n"
        "#: sco_cities/a.py templates/b.html\n"
        'msgid "Open"\nmsgstr ""\n\n'
        '#: sco_cities/a.py\nmsgid "joined words"\nmsgstr ""\n\n'
        '#: templates/c.svg\nmsgid "Picture"\nmsgstr ""\n'
    )


@needs_gettext
def test_updating_again_changes_nothing_and_keeps_translations(folder):
    call_command("makemessages", verbosity=0)
    translate("ru", Open="Открыть")
    before = po_files.po_path("ru").read_bytes()
    call_command("makemessages", verbosity=0)
    assert po_files.po_path("ru").read_bytes() == before
    assert "Открыть".encode() in before


@needs_gettext
def test_the_translation_of_an_unused_message_is_kept_until_it_is_used_again_or_dropped(folder):
    module = folder / "sco_cities" / "a.py"
    source = module.read_text(encoding="utf-8")
    call_command("makemessages", verbosity=0)
    translate("ru", **{"joined words": "слова вместе"})

    module.write_text(source.replace("words", "word"), encoding="utf-8")
    call_command("makemessages", verbosity=0)
    catalogue = catalogue_of("ru")
    # The translation of a similar message is not reused.
    assert (catalogue.get("joined word").string, catalogue.get("joined word").fuzzy) == ("", False)
    assert [message.string for message in catalogue.obsolete.values()] == ["слова вместе"]

    module.write_text(source, encoding="utf-8")
    call_command("makemessages", verbosity=0)
    assert catalogue_of("ru").get("joined words").string == "слова вместе"

    module.write_text("", encoding="utf-8")
    call_command("makemessages", verbosity=0, no_obsolete=True)
    assert "слова вместе" not in po_files.po_path("ru").read_text(encoding="utf-8")


PLURAL = '#, python-format\nmsgid "a city"\nmsgid_plural "%(n)s cities"\n'
SENTENCE = '#, python-format\nmsgid "%(a)s of %(b)s"\n'


@needs_gettext
@pytest.mark.parametrize(
    ("messages", "translations", "error"),
    [
        ('msgid "Open"\nmsgstr ""\n', 'msgid "Open"\nmsgstr "Открыть"\n', ""),
        ('msgid "Open"\nmsgstr ""\n', 'msgid "Open"\nmsgstr ""\n', "this message is untranslated"),
        ('msgid "Open"\nmsgstr ""\n', "", "this message is used but not defined"),
        (
            'msgid "Open"\nmsgstr ""\n',
            '#, fuzzy\nmsgid "Open"\nmsgstr "Закрыть"\n',
            "this message needs to be reviewed",
        ),
        ("", 'msgid "Shut"\nmsgstr "Закрыть"\n', "this message is not used"),
        ("", '#~ msgid "Shut"\n#~ msgstr "Закрыть"\n', "these messages are not used"),
        (f'{SENTENCE}msgstr ""\n', f'{SENTENCE}msgstr "%(b)s, %(a)s"\n', ""),
        (f'{SENTENCE}msgstr ""\n', f'{SENTENCE}msgstr "%(b)s"\n', "format specification"),
        (
            '#, python-brace-format\nmsgid "as {name}"\nmsgstr ""\n',
            '#, python-brace-format\nmsgid "as {name}"\nmsgstr "как {имя}"\n',
            "is not a valid Python brace format string",
        ),
        (
            f'{PLURAL}msgstr[0] ""\n',
            f'{PLURAL}msgstr[0] "%(n)s г"\nmsgstr[1] "%(n)s г"\nmsgstr[2] ""\nmsgstr[3] ""\n',
            "msgstr[2] is empty",
        ),
    ],
)
def test_the_check_finds_missing_doubtful_and_unused_translations(messages, translations, error, tmp_path):
    catalogue = tmp_path / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(RUSSIAN + translations, encoding="utf-8")
    (tmp_path / "messages.pot").write_text(RUSSIAN + messages, encoding="utf-8")
    # A stub for the command that extracts messages from the code.
    (tmp_path / "python").write_text("#!/bin/sh\ncp messages.pot locale/django.pot\n")
    (tmp_path / "python").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    checked = subprocess.run(["sh", CHECK], cwd=tmp_path, env=environment, capture_output=True, check=False)
    # msgfmt prints non-ASCII characters as bytes.
    reasons = checked.stderr.decode(errors="replace")
    assert (checked.returncode, error in reasons) == (1 if error else 0, True), reasons
    assert not (tmp_path / "locale" / "django.pot").exists()


def outer_whitespace(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def has_same_whitespace(form: str, original: str) -> bool:
    """Compares the white space at both ends of two texts. Full-width punctuation needs no white space."""
    ends = form.strip()[:1], form.strip()[-1:]
    return all(
        own == other or east_asian_width(end or " ") in {"W", "F"}
        for own, other, end in zip(outer_whitespace(form), outer_whitespace(original), ends, strict=True)
    )


PLACEHOLDER_OR_TAG = re.compile(r"%\([^)]*\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdifr%]|\{\w*\}|</?[a-z][^>]*>")


@pytest.mark.parametrize("language", po_files.catalogue_languages())
def test_translations_have_the_placeholders_tags_and_outer_white_space_of_their_messages(language):
    def as_list(texts) -> list[str]:
        return [texts] if isinstance(texts, str) else list(texts)

    def parts(text: str) -> list[str]:
        return sorted(PLACEHOLDER_OR_TAG.findall(text))

    # Languages such as Russian also use the singular form for 21, so its translation must contain the number.
    pairs = [
        (as_list(message.id)[-1], form)
        for message in catalogue_of(language)
        if message.id
        for form in as_list(message.string)
    ]
    assert len(pairs) > 2_000
    assert [
        pair
        for pair in pairs
        if parts(pair[0]) != parts(pair[1]) or not has_same_whitespace(pair[1], pair[0])
    ] == []


def test_there_is_a_warning_until_a_catalogue_is_compiled(folder):
    message = 'msgid "Open"\nmsgstr "Открыть"\n'
    plural = 'msgid "%(count)s city"\nmsgid_plural "%(count)s cities"\nmsgstr[0] ""\n'
    po_files.po_path("ru").write_text(f"{RUSSIAN}{message}\n{plural}", encoding="utf-8")
    assert [warning.id for warning in checks.check_compiled_catalogues(None)] == ["languages.W001"] * 2
    call_command("compilemessages", verbosity=0)
    assert checks.check_compiled_catalogues(None) == []
    with po_files.po_path("ru", "mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Open") == "Открыть"
    # Untranslated messages are shown in English, in the correct singular or plural.
    assert words.ngettext("%(count)s city", "%(count)s cities", 1) == "%(count)s city"
    assert words.ngettext("%(count)s city", "%(count)s cities", 5) == "%(count)s cities"


@pytest.mark.parametrize(("language", "forms"), [("ru", [2, 0, 1, 1, 2, 2, 0, 1, 2]), ("zh-hans", [0] * 9)])
def test_plural_forms_follow_the_rules_of_the_language(language, forms):
    plural = gettext.c2py(catalogue_of(language).plural_expr)
    assert [plural(number) for number in (0, 1, 2, 4, 5, 11, 21, 22, 111)] == forms
