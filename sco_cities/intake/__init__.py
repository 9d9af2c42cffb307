"""Turns a press report into draft records. Reading proposes values, and a curator decides about them."""
