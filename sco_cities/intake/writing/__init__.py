"""Writes accepted proposals to records. The curator sees a plan first. Writing makes one revertible change."""
