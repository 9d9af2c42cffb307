"""Feeds of list changes for feed readers, and an event calendar for calendar apps."""
