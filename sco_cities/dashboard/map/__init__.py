"""The map of cities with their numbers of initiatives, and the knowledge flow between them.

Rendered on the server as SVG: `projection`, `viewport` and `coastline` make the base map, `scope` and `network` count,
`labels` and `arcs` place names and arcs, `layout` combines them, `svg` makes the HTML, `context` caches it. `focus`
finds the selected city, and `figure` assembles the map of a page.
"""
