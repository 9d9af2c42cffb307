"""`make load`: the site under the load of a busy day, against what is promised for it."""
