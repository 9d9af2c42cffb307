"""Charts of all initiatives, or of the initiatives of a list, place, theme, event or organisation.

`scope` selects the initiatives of a chart. `scope`, `status_changes` and `status_table` count the initiatives. `views`
writes CSV files. `drawings` builds SVG charts for pages, files and embeds. Templates use the tags in
`templatetags/charts.py`.
"""
