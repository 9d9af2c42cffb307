"""The characters that XML 1.0 does not allow, for the class of a regular expression."""

NOT_IN_XML = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
