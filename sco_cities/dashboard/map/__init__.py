"""The map: where cities are, how much each does, and who shares with whom.

Drawn by the server as SVG: `projection`, `sheet` and `land` lay the paper, `ties` counts, `labels` and `arcs` place,
`drawing` puts it together, `marks` makes HTML of it.
"""
