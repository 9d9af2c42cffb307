"""Charts of all initiatives, or of the initiatives of a list, place, theme, event or organisation.

`scope` defines the initiatives that a chart counts. `scope`, `status_changes` and `status_table` count them. `views`
writes CSV files. `drawings` builds SVG charts for pages, files and embeds. Templates use the tags in
`templatetags/charts.py`.
"""
