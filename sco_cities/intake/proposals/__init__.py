"""Makes proposals from the marks of a report. Known records come first, then drafts for new ones."""
