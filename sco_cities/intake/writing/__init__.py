"""Writes accepted proposals to records. The curator sees a plan first. Writing is one change that can be reverted."""
