"""Writes accepted proposals to records. A plan is shown before writing. Writing creates one revertible change."""
