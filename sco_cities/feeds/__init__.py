"""Feeds with the changes of a list for feed readers, and the dates of events for calendars."""
