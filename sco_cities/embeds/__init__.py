"""What other sites show of this one: embeds, oEmbed responses and share pictures."""
