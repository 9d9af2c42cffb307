"""Turns a press report into draft records. Rules propose values, and a curator accepts or rejects them.

The entry point is `views.add`. docs/developers/intake.md describes the steps that follow.
"""
