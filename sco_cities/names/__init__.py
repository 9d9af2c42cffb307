"""Compares names in any script by their forms and their similarity, with vocabularies of words in names."""
