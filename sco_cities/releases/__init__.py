"""Releases, which are dated files with all published records. They are written once and never changed."""
