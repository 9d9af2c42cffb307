"""The translation page. It shows texts next to their translations, and exports and imports texts as CSV."""
