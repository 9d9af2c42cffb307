"""The map of cities with their numbers of initiatives, and the exchange of knowledge between them.

The map is rendered on the server as SVG. `viewport` makes the base map. `scope` and `network` count initiatives.
`labels` places names. `layout` combines them with arcs, `svg` builds the HTML, and `context` caches it. `figure` finds
the selected city and assembles the map of a page.
"""
