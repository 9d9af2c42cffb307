"""From what a report says to proposals: known records first, drafts for new ones, each with its words in the text."""
