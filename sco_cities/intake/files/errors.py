"""Errors of reading a file, whose sentences are translated by the process that shows them."""


class UnreadableUpload(Exception):
    """The file cannot be read as a report: an untranslated sentence for the user, and the values to insert."""

    def __init__(self, sentence: str, **values: str | int):
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values
