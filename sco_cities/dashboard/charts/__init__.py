"""Charts of all initiatives, or of the initiatives of a list, place, theme, event or organisation.

`scope` defines which initiatives a chart counts, and counts them with `status_changes` and `status_table`. `views`
writes CSV files. `drawings` builds SVG charts for pages, files and embeds. Templates use the tags in
`templatetags/charts.py`.
"""
