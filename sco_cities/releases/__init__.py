"""Releases are dated files of all published records, written once and never changed."""
