"""Correction requests for errors reported by readers, with the answers of curators."""
