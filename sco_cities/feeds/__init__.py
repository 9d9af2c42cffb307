"""Feeds: the changes of what a list finds, for feed readers, and the dates of events, for calendars."""
