"""Finding records that may be one and the same, by their names in any script, their place and their dates.

Each kind says in its admin what makes two of it alike (`RecordAdmin.alike`, a `likeness.Likeness`); `finding`
looks for such pairs among what is stored, and for what is stored already of new rows.
"""
