"""The one exception of what is refused with reasons for people: a change, a file, a text."""


class Refused(Exception):
    """Nothing was changed; each of the `reasons` is a sentence, or an error whose text is one.

    `is_stale`: the user has seen another state than the present one. `needs_confirmation`: the change is possible once
    somebody confirms that the existing evidence supports it.
    """

    def __init__(self, *reasons: object, is_stale: bool = False, needs_confirmation: bool = False):
        super().__init__(" ".join(map(str, reasons)))
        self.reasons = list(reasons)
        self.is_stale = is_stale
        self.needs_confirmation = needs_confirmation
