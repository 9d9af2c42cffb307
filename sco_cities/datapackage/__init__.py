"""The data package: everything the site knows as CSV files, loaded and dumped.

Data flows one way: `tables` declares; `reading` turns files into rows and values; `checking` tells all that
is wrong; `writing` brings checked rows into the database; `dumping` writes the database as files.
"""
