import re
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core.management.commands import makemessages

# The creation date is omitted, because it would cause conflicts between two branches with new messages.
_HEADER_LINES = re.compile(r'^"(?:POT-Creation-Date|Report-Msgid-Bugs-To): .*\n', re.MULTILINE)


class Command(makemessages.Command):
    help = "Updates the catalogues in locale/ with the messages of code and templates. Requires GNU gettext."

    # Fuzzy matching is off, because a translation guessed from a similar message looks like a checked translation.
    msgmerge_options: ClassVar = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(
            # Processes all languages with a folder.
            exclude=[settings.LANGUAGE_CODE],
            extensions=["html,py,svg,txt,xml"],
            ignore_patterns=[
                "data",
                "deploy",
                "docs",
                "migrations",
                "requirements",
                "scripts",
                "tests",
                "var",
            ],
            # Disables wrapping, so that a changed word changes only one line of a catalogue.
            no_wrap=True,
            add_location="file",
        )

    def build_potfiles(self):
        potfiles = super().build_potfiles()
        for path in map(Path, potfiles):
            path.write_text(
                _HEADER_LINES.sub("", path.read_text(encoding="utf-8"), count=2), encoding="utf-8"
            )
        return potfiles
