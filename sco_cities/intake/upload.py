"""Extracts the text of an uploaded or pasted report.

Web processes never parse uploaded files themselves (see `intake.files`).
"""

import json
import logging
import subprocess
from contextlib import suppress
from tempfile import TemporaryDirectory, TemporaryFile

from django.utils.translation import gettext as _

from sco_cities.core import limited_process
from sco_cities.core.exceptions import Refused
from sco_cities.core.user_input import shortened
from sco_cities.imports.parser.errors import MEGABYTE

from .files.limits import MAX_ANSWER_SIZE, MAX_FILE_SIZE, MAX_LENGTH, WALL_S
from .files.report import FileText, normal_form, too_long

log = logging.getLogger(__name__)

_COMMAND = limited_process.command("sco_cities.intake.files")


def clean_text(text: str) -> str:
    """Converts a text to its stored form (NFC, LF line endings, no control characters).

    Raises Refused if the text is too long.
    """
    text = normal_form(text)
    if len(text) > MAX_LENGTH:
        error = too_long()
        raise Refused(_(error.sentence) % error.values)
    return text


def text_of_upload(data: bytes, file_name: str) -> FileText:
    """Extracts the text of a file and detects its format by its content. Raises Refused, which names the file."""
    try:
        return _text_of(data)
    except Refused as error:
        # The browser discards the chosen file, so the message names it.
        raise Refused(
            _("“%(file)s”: %(sentence)s") % {"file": shortened(file_name), "sentence": error}
        ) from None


def _text_of(data: bytes) -> FileText:
    if not data.strip():
        raise Refused(_("The file is empty."))
    if len(data) > MAX_FILE_SIZE:
        raise Refused(
            _("The file is larger than %(most)s MB. Upload the report alone, or paste its text.")
            % {"most": MAX_FILE_SIZE // MEGABYTE}
        )
    answer = _answer(data)
    if "refusal" in answer:
        sentence, values = answer["refusal"]
        raise Refused(_(sentence) % values if values else _(sentence))
    return FileText(**answer)


def _answer(data: bytes) -> dict:
    """Runs the process and returns its result. The process has a temporary directory, which is deleted at the end."""
    with (
        TemporaryDirectory(prefix="sco-cities-") as directory,
        TemporaryFile(dir=directory) as file,
        TemporaryFile(dir=directory) as answer,
    ):
        file.write(data)
        file.seek(0)
        streams = {"stdin": file, "stdout": answer, "stderr": subprocess.DEVNULL}
        status = None
        with limited_process.running(_COMMAND, {}, **streams) as process, suppress(subprocess.TimeoutExpired):
            status = process.wait(WALL_S)
        answer.seek(0)
        with suppress(ValueError):
            if status == 0:
                return json.loads(answer.read(MAX_ANSWER_SIZE))
    log.error("The reader of an uploaded report has ended with status %s.", status)
    raise Refused(_("This file could not be read. Save it in another format, or paste its text."))
