"""The catalogues of the interface: what there is to be translated, and whether it has been.

They are made with Babel, so that no machine needs the programs of GNU gettext. `catalogues` names the files,
`extraction` finds the messages, `updating` brings the catalogues in line with them, `faults` says what is wrong.
`choice` and `middleware` say in which language a request is answered.
"""
