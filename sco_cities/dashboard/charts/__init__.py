"""Charts of all initiatives, or of the initiatives of a list, place, theme, event or organisation.

`scope` defines which initiatives a chart counts. `breakdowns`, `years`, `status_changes` and `status_table` count them;
`views` has the CSV files; `bars_html` is the HTML of marks and rows, and `drawings` are charts in SVG, which are also
files and embeds. Templates use the tags of `templatetags/charts.py`.
"""
