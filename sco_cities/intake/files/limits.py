"""Limits of the size of a report and of the resources for reading it."""

MEGABYTE = 1024 * 1024

MAX_FILE_SIZE = 5 * MEGABYTE
# Characters of the text.
MAX_LENGTH = 200_000
MAX_PAGES = 60
MAX_TITLE_LENGTH = 300

# Limits of the whole process, including its interpreter; CPU seconds and wall-clock seconds.
MEMORY = 512 * MEGABYTE
PROCESSOR_S = 20
WALL_S = 30
# Bytes of the answer: MAX_LENGTH characters, each of up to four bytes or escaped as six.
MAX_ANSWER_SIZE = 2 * MEGABYTE

# Parts of a DOCX file, which is a ZIP archive.
MAX_PARTS = 1_000
MAX_UNPACKED_SIZE = 20 * MEGABYTE
