"""The page of an intake: its passages with proposals as HTML, the words beside them, and what its form sends."""
