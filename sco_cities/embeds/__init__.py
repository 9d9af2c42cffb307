"""Embeds, oEmbed responses and share pictures for other sites."""
