"""Normalises names in any script, computes their similarity, and reads vocabularies of words in names."""
