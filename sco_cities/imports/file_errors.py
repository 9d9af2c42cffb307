"""Why a file as a whole cannot be imported."""


class UnreadableFile(Exception):
    """The file cannot be read; the message is a sentence for whoever has sent it."""
