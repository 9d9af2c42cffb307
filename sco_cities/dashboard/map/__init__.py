"""The map of cities with their numbers of initiatives and their exchange of knowledge.

The map is rendered on the server as SVG. `viewport` builds the base map. `scope` and `network` count initiatives.
`labels` positions the names of cities. `layout` combines discs, names and arcs. `svg` builds the HTML, and `context`
caches it. `figure` finds the selected city, and combines all parts of the map on a page.
"""
