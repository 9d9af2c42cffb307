"""The intake page (its passages with proposals as HTML, its texts, and the processing of its form)."""
