"""Charts of initiatives: all of them, those of a list, or those of a place, theme, event or organisation.

`scope` defines which initiatives a chart counts. `breakdowns`, `years`, `trends` and `status_table` count them from the
facet index; `tables` are the CSV files; `bars_html` is the HTML of marks and rows. Templates use the tags of
`templatetags/charts.py`.
"""
