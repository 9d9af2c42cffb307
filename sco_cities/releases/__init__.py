"""Releases, which are dated files with all published records. Releases never change after they are written."""
