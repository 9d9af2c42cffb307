#!/usr/bin/env python
"""Django's command line for SCO Cities. `python manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from sco_cities.ops.start import one_line_errors

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sco_cities.settings")
    with one_line_errors():
        execute_from_command_line(sys.argv)
