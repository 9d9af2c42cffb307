"""The translation page. It shows each text next to its translation, and exports and imports texts as CSV."""
