"""The intake page (passages with proposals as HTML, texts, and form processing)."""
