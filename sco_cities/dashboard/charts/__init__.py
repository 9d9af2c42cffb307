"""Charts of all initiatives, or of the initiatives of a list, place, theme, event or organisation.

`scope` defines which initiatives a chart counts. `breakdowns`, `years`, `status_changes` and `status_table` count
them. `views` writes CSV files. `bars_html` builds the HTML of marks and rows, and `drawings` builds SVG charts for
pages, files and embeds. Templates use the tags in `templatetags/charts.py`.
"""
