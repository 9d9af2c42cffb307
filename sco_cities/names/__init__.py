"""How names are compared, in any script: their forms, their similarity, and the vocabularies of words in names."""
