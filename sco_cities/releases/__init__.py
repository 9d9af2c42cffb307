"""Releases, which are dated files with all published records. A release never changes after it is written."""
