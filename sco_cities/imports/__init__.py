"""Import: a list's export, edited in a spreadsheet or made by hand, comes back as changes of its records.

Data flows one way: `files` turns bytes into rows of texts (`charsets`, `delimited`, `workbooks`); `kinds` and
`mapping` say which column is what; `stored` reads what the export would write; `comparing` tells what a cell
changes; `translating` turns changes into rows of the data package; `checking` finds everything wrong with them
and `applying` writes them as one change set. `jobs` does that for the admin, in the background if it is much.
"""
