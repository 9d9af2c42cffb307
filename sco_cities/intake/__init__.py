"""Turns a press report into draft records. Rules propose values, and a curator accepts or rejects them."""
