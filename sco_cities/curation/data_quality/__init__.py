"""How healthy the evidence is: a board of numbers, each of which is a queue of records to work through."""
