"""Correction requests: what readers report as wrong in a record, and how curators answer."""
