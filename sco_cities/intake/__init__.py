"""Turns a press report into draft records. The reader proposes values, and a curator accepts or rejects them."""
