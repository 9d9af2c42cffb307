import difflib

from django.core.management.base import BaseCommand, CommandError

from sco_cities.i18n import extraction, po_files, po_update
from sco_cities.i18n.po_lint import po_errors

MAX_DIFF_LINES = 20


class Command(BaseCommand):
    help = (
        "Updates the catalogues in locale/ to the messages of code and templates. Replaces Django's command of the "
        "same name, which needs GNU gettext."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; fail if a catalogue is incomplete, wrong or out of date",
        )
        parser.add_argument(
            "--drop-obsolete", action="store_true", help="also remove translations that are no longer used"
        )

    def handle(self, *args, check, drop_obsolete, verbosity, **options):
        messages = extraction.messages()
        error_count = 0
        for language in po_files.catalogue_languages():
            catalogue = po_update.updated_catalogue(language, messages)
            if drop_obsolete:
                catalogue = po_update.without_obsolete(catalogue)
            text = po_files.po_text(catalogue, language)
            if check:
                error_count += self._report(language, catalogue, text)
            else:
                po_files.write_file(po_files.po_path(language), text.encode())
                if verbosity:
                    self._print_counts(language, po_update.message_counts(catalogue))
        if error_count:
            raise CommandError(f"{error_count} errors in the catalogues")

    def _print_counts(self, language, counts) -> None:
        self.stdout.write(
            f"{language}: {counts.messages} messages, {counts.missing} not translated, "
            f"{counts.fuzzy} fuzzy, {counts.obsolete} no longer used (at the end of the file)"
        )

    def _report(self, language, catalogue, text) -> int:
        path = po_files.po_path(language)
        lines = [f"{path.name} of “{language}”: {error}" for error in po_errors(catalogue)]
        stored = path.read_text(encoding="utf-8") if path.exists() else ""
        if stored != text:
            lines.append(f"{path.name} of “{language}”: differs from the output of `make messages`:")
            lines += list(
                difflib.unified_diff(
                    stored.splitlines(), text.splitlines(), "stored", "expected", n=1, lineterm=""
                )
            )[:MAX_DIFF_LINES]
        for line in lines[: 10 * MAX_DIFF_LINES]:
            self.stderr.write(line)
        return len(lines)
