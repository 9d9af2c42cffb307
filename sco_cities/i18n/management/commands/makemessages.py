import difflib

from django.core.management.base import BaseCommand, CommandError

from sco_cities.i18n import extraction, po_files, po_update
from sco_cities.i18n.po_lint import po_errors

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Brings the catalogues in locale/ in line with the messages of code and templates. It takes the place of "
        "Django's command of the same name, which needs the programs of GNU gettext."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; fail if a catalogue is not complete and right",
        )
        parser.add_argument(
            "--drop-obsolete", action="store_true", help="also take out translations that are used no longer"
        )

    def handle(self, *args, check, drop_obsolete, verbosity, **options):
        found = extraction.messages()
        wrong = 0
        for language in po_files.languages():
            catalogue = po_update.updated_catalogue(language, found)
            if drop_obsolete:
                catalogue = po_update.without_obsolete(catalogue)
            text = po_files.po_text(catalogue, language)
            if check:
                wrong += self._report(language, catalogue, text)
            else:
                po_files.write(po_files.po_path(language), text.encode())
                if verbosity:
                    self._tell(language, po_update.counts(catalogue))
        if wrong:
            raise CommandError(f"{wrong} faults in the catalogues")

    def _tell(self, language, counts) -> None:
        self.stdout.write(
            f"{language}: {counts.messages} messages, {counts.missing} not translated, "
            f"{counts.fuzzy} fuzzy, {counts.obsolete} used no longer (at the end of the file)"
        )

    def _report(self, language, catalogue, text) -> int:
        path = po_files.po_path(language)
        lines = [f"{path.name} of “{language}”: {fault}" for fault in po_errors(catalogue)]
        stored = path.read_text(encoding="utf-8") if path.exists() else ""
        if stored != text:
            lines.append(f"{path.name} of “{language}”: is not what `make messages` makes:")
            lines += list(
                difflib.unified_diff(
                    stored.splitlines(), text.splitlines(), "stored", "made", n=1, lineterm=""
                )
            )[:SHOWN]
        for line in lines[: 10 * SHOWN]:
            self.stderr.write(line)
        return len(lines)
