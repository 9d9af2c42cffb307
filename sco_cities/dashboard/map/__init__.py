"""The map of cities with their numbers of initiatives, and the exchange of knowledge between them.

The map is rendered on the server as SVG. `projection`, `viewport` and `coastline` make the base map. `scope` and
`network` count initiatives. `labels` and `arcs` place names and arcs. `layout` combines them, `svg` builds the HTML,
and `context` caches it. `focus` finds the selected city, and `figure` assembles the map of a page.
"""
