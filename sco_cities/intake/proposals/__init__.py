"""Makes proposals from the marks of a report. Proposes known records before drafts of new records."""
