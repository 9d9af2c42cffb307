"""Message catalogues: extraction, updates, checks and compilation."""

import gettext

import pytest
from babel.messages.catalog import Catalog
from django.core.management import CommandError, call_command

from sco_cities.i18n import checks, extraction, po_files, po_update
from sco_cities.i18n.po_lint import po_errors

SOURCE = """
from django.utils.translation import gettext as _, ngettext, npgettext, pgettext_lazy

# Translators: said of a door
_("Open")
pgettext_lazy("state", "Open")
ngettext("%(count)s city", "%(count)s cities", 2)
npgettext("on a map", "a city", "cities", 2)
_("joined "
  "words")
"""
TEMPLATE = """{% load i18n %}
  <p title="{% translate 'It”s a title' %}">{% translate "Open" context "state" %}</p>
{# Translators: a number of cities #}
    {% blocktranslate trimmed count count=cities|length %}
      {{ count }} city
    {% plural %}
      {{ count }} cities
    {% endblocktranslate %}
{{ _("Said by a variable") }} {{ name|default:_("nobody") }}
      {% blocktranslate context "share" %}100% of it{% endblocktranslate %}
{% include "x.html" with title=_("Given to another") %}
"""


@pytest.fixture
def folder(tmp_path, settings):
    """A separate project with a module, a template and catalogues."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    for name, text in {"sco_cities/a.py": SOURCE, "templates/b.html": TEMPLATE}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def message_keys(catalogue):
    return {(message.id, message.context) for message in po_update.entries(catalogue)}


def test_all_forms_of_messages_are_extracted(folder):
    assert message_keys(extraction.messages()) == {
        ("Open", None),
        ("Open", "state"),
        (("%(count)s city", "%(count)s cities"), None),
        (("a city", "cities"), "on a map"),
        ("joined words", None),
        ("It”s a title", None),
        ("Said by a variable", None),
        ("nobody", None),
        ("100%% of it", "share"),
        ("Given to another", None),
    }


def test_comments_and_file_names_are_stored_with_a_message(folder):
    messages = extraction.messages()
    assert messages.get("Open").auto_comments == ["said of a door"]
    shared = messages.get(("%(count)s city", "%(count)s cities"))
    assert [place for place, _line in shared.locations] == ["sco_cities/a.py", "templates/b.html"]


def test_a_catalogue_has_the_plural_forms_of_its_language(folder):
    call_command("makemessages", verbosity=0)
    text = po_files.po_path("ru").read_text(encoding="utf-8")
    assert (
        "#. a number of cities\n"
        "#: sco_cities/a.py templates/b.html\n"
        "#, python-format\n"
        'msgid "%(count)s city"\n'
        'msgid_plural "%(count)s cities"\n'
        'msgstr[0] ""\n'
        'msgstr[1] ""\n'
        'msgstr[2] ""\n'
        'msgstr[3] ""\n'
    ) in text
    assert 'msgid_plural "%(count)s cities"\nmsgstr[0] ""\n\n' in po_files.po_path("zh-hans").read_text(
        "utf-8"
    )


def translate(language, **words):
    """Writes translations into the file as a translator would: by message, with all plural forms."""
    catalogue = po_files.read_catalogue(language)
    for message in po_update.entries(catalogue):
        name = message.id if isinstance(message.id, str) else message.id[0]
        if name in words:
            message.string = words[name]
    po_files.write_file(po_files.po_path(language), po_files.po_text(catalogue, language).encode())


def test_updating_again_changes_nothing_and_keeps_translations(folder):
    call_command("makemessages", verbosity=0)
    translate("ru", Open="Открыть", nobody="никто")
    before = po_files.po_path("ru").read_bytes()
    call_command("makemessages", verbosity=0)
    assert po_files.po_path("ru").read_bytes() == before
    assert "Открыть".encode() in before


def test_the_translation_of_an_unused_message_is_kept_until_it_is_used_again_or_dropped(folder):
    module = folder / "sco_cities" / "a.py"
    call_command("makemessages", verbosity=0)
    translate("ru", **{"joined words": "слова вместе"})

    module.write_text(SOURCE.replace("words", "word"), encoding="utf-8")
    call_command("makemessages", verbosity=0)
    catalogue = po_files.read_catalogue("ru")
    # No translation is guessed from a similar message.
    assert (catalogue.get("joined word").string, catalogue.get("joined word").fuzzy) == ("", False)
    assert [message.string for message in catalogue.obsolete.values()] == ["слова вместе"]

    module.write_text(SOURCE, encoding="utf-8")
    call_command("makemessages", verbosity=0)
    assert po_files.read_catalogue("ru").get("joined words").string == "слова вместе"

    module.write_text("", encoding="utf-8")
    call_command("makemessages", verbosity=0, drop_obsolete=True)
    assert "слова вместе" not in po_files.po_path("ru").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("original", "translation", "errors"),
    [
        ("Open", "Открыть", []),
        ("Open", "", ["“Open” is not translated"]),
        ("%(a)s of %(b)s", "%(b)s, %(a)s", []),
        (
            "%(a)s of %(b)s",
            "%(b)s",
            ["the translation of “%(a)s of %(b)s” has %(b)s instead of %(a)s, %(b)s"],
        ),
        ("in %s", "в %d", ["the translation of “in %s” has %d instead of %s"]),
        ("all", "все %(a)s", ["the translation of “all” has %(a)s instead of none"]),
        ("100%% sure", "точно", ["the translation of “100%% sure” has no placeholder instead of %%"]),
        ("as {name}", "как {имя}", ["the translation of “as {name}” has {имя} instead of {name}"]),
        ("see <b>it</b>", "<b>оно</b>", []),
        ("see <b>it</b>", "<b>оно<b>", ["the translation of “see <b>it</b>” has different tags"]),
        ("end ", "конец", ["the translation of “end ” begins or ends with different white space"]),
        (", ", "、", []),
        (", ", ",", ["the translation of “, ” begins or ends with different white space"]),
        (("one city", "%(n)s cities"), ("%(n)s город", "%(n)s города", "%(n)s городов", "%(n)s города"), []),
        (("a", "%(n)s b"), ("%(n)s в", "%(n)s г", "", ""), ["“a” is not translated"]),
        (
            ("one city", "%(n)s cities"),
            ("один город", "%(n)s города", "%(n)s городов", "%(n)s города"),
            ["the translation of “one city” has no placeholder instead of %(n)s"],
        ),
    ],
)
def test_an_inconsistent_translation_is_an_error(original, translation, errors):
    catalogue = Catalog(locale="ru")
    catalogue.add(original, translation)
    assert po_errors(catalogue) == errors


def test_the_translation_of_a_message_that_gains_a_plural_becomes_fuzzy(folder):
    module = folder / "sco_cities" / "a.py"
    module.write_text('_("city")\n_("town")\n', encoding="utf-8")
    call_command("makemessages", verbosity=0)
    translate("ru", city="город")
    module.write_text('ngettext("city", "cities", 2)\nngettext("town", "towns", 2)\n', encoding="utf-8")
    call_command("makemessages", verbosity=0)
    catalogue = po_files.read_catalogue("ru")
    assert [(m.string, m.fuzzy) for m in (catalogue.get("city"), catalogue.get("town"))] == [
        (("город", "", "", ""), True),
        (("", "", "", ""), False),
    ]


def test_fuzzy_and_unused_translations_are_errors():
    catalogue = Catalog(locale="ru")
    catalogue.add("Open", "Закрыть", flags=["fuzzy"])
    catalogue.obsolete["Shut"] = Catalog(locale="ru").add("Shut", "Закрыть")
    assert po_errors(catalogue) == ["“Open” is marked as fuzzy", "“Shut” is no longer used"]


def check_errors(capsys):
    """The errors of a failing `makemessages --check`, without file names."""
    with pytest.raises(CommandError, match="errors in the catalogues"):
        call_command("makemessages", check=True, verbosity=0)
    return [line.partition(": ")[2] for line in capsys.readouterr().err.splitlines() if "”: " in line]


def test_the_check_passes_only_complete_catalogues_and_writes_nothing(folder, capsys):
    module = folder / "sco_cities" / "a.py"
    module.write_text('from django.utils.translation import gettext as _\n_("Open")\n', encoding="utf-8")
    (folder / "templates" / "b.html").unlink()
    call_command("makemessages", verbosity=0)
    translate("ru", Open="Открыть")
    assert check_errors(capsys) == ["“Open” is not translated"]
    translate("zh-hans", Open="打开")
    call_command("makemessages", check=True, verbosity=0)

    module.write_text(module.read_text(encoding="utf-8") + '_("Shut")\n', encoding="utf-8")
    before = po_files.po_path("ru").read_bytes()
    stale = ["“Shut” is not translated", "differs from the output of `make messages`:"]
    assert check_errors(capsys) == stale * 2
    assert po_files.po_path("ru").read_bytes() == before


def test_there_is_a_warning_until_a_catalogue_is_compiled(folder):
    call_command("makemessages", verbosity=0)
    translate("ru", Open="Открыть")
    assert [warning.id for warning in checks.check_compiled_catalogues(None)] == ["languages.W001"] * 2
    call_command("compilemessages", verbosity=0)
    assert checks.check_compiled_catalogues(None) == []
    with po_files.po_path("ru", "mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Open") == "Открыть"
    # Messages without a translation are shown in English, in the right number.
    assert words.ngettext("%(count)s city", "%(count)s cities", 1) == "%(count)s city"
    assert words.ngettext("%(count)s city", "%(count)s cities", 5) == "%(count)s cities"


@pytest.mark.parametrize(("language", "forms"), [("ru", [2, 0, 1, 1, 2, 2, 0, 1, 2]), ("zh-hans", [0] * 9)])
def test_plural_forms_follow_the_rules_of_the_language(language, forms):
    catalogue = po_files.read_catalogue(language)
    plural = gettext.c2py(catalogue.plural_expr)
    assert [plural(number) for number in (0, 1, 2, 4, 5, 11, 21, 22, 111)] == forms
