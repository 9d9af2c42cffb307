from django.core.management.base import BaseCommand

from sco_cities.i18n import po_files


class Command(BaseCommand):
    help = (
        "Compiles the catalogues in locale/ that have changed, for the site to read. It takes the place of Django's "
        "command of the same name, which needs the programs of GNU gettext."
    )
    # It also runs where a check would complain of what it is about to do.
    requires_system_checks = []

    def handle(self, *args, verbosity, **options):
        for language in po_files.compile_stale():
            if verbosity:
                self.stdout.write(f"Compiled the catalogue of “{language}”.")
