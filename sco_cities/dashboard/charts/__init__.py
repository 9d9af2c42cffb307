"""Charts of initiatives: all of them, those of a list, or those of a place, theme, event or organisation.

`charted` says which initiatives a chart is of, `firmness`, `themes`, `years` and `evidence` count them from the facet
index, `data` names what each chart counts and gives it as CSV. Templates draw them with the tags of `charts`.
"""
