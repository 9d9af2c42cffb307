"""The map: where cities are, how much each does, and who shares with whom.

Drawn by the server as SVG: `projection` and `land` lay the sheet, `ties` counts, `labels` and `arcs` place, `drawing` puts
together what the template shows.
"""
