"""How a change of records is written, whoever writes it, and how a change is reverted.

A write compares the records with what its user has seen (`preview`), locks them (`locking`) and records the difference
between the documents before and after it (`recorder`), within one transaction. A published value that has changed needs
evidence or a confirmation (`changed_values`), from every writer alike. `document_writer` writes documents and deltas.
`revert_plan`, `revert` and `background_revert` preview and carry out the revert of a change set, record or field.
`core.exceptions.Refused` rejects a change, with its reasons.
"""
