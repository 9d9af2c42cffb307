from django.core.management.base import BaseCommand

from sco_cities.i18n import po_files


class Command(BaseCommand):
    help = (
        "Compiles the catalogues in locale/ that have changed. Replaces Django's command of the same name, which "
        "needs GNU gettext."
    )
    # The command must run even if a check warns about missing compiled catalogues.
    requires_system_checks = []

    def handle(self, *args, verbosity, **options):
        for language in po_files.compile_stale():
            if verbosity:
                self.stdout.write(f"Compiled the catalogue of “{language}”.")
