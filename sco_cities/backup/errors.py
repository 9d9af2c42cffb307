"""Why there is no backup, or why one is not restored."""


class BackupFailed(Exception):
    """No backup was made, or one cannot be restored; the text says why, in a line for operators."""


class RestoreRefused(Exception):
    """Nothing was changed; the text says why, and what to do."""
