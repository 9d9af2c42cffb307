"""Releases: dated files of all published records, which are written once and stay as they are."""
