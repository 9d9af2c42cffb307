"""The map of cities with their numbers of initiatives, and the exchange of knowledge between them.

The map is rendered on the server as SVG. `viewport` builds the base map. `scope` and `network` count initiatives.
`labels` places the names of cities. `layout` combines discs, names and arcs. `svg` builds the HTML, and `context`
caches it. `figure` finds the selected city and assembles the map of a page.
"""
