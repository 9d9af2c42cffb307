"""Brings a catalogue in line with the messages that there are, and keeps every translation."""

from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message

from . import po_files


def is_translated(message: Message) -> bool:
    """Whether a message is said in the other language, in each of its plural forms."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(forms) and all(forms)


def entries(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


@dataclass(frozen=True)
class Counts:
    """How far a catalogue is."""

    messages: int
    missing: int
    fuzzy: int
    obsolete: int


def counts(catalogue: Catalog) -> Counts:
    listed = entries(catalogue)
    return Counts(
        messages=len(listed),
        missing=sum(not is_translated(message) for message in listed),
        fuzzy=sum(message.fuzzy for message in listed),
        obsolete=len(catalogue.obsolete),
    )


def updated_catalogue(language: str, messages: Catalog) -> Catalog:
    """The catalogue of a language with exactly these messages.

    No translation is guessed from that of a similar message. Those of messages that are used no longer are kept at
    the end of the file, and come back with their messages.
    """
    catalogue = po_files.read(language)
    for message in list(catalogue.obsolete.values()):
        if messages.get(message.id, message.context) and not catalogue.get(message.id, message.context):
            catalogue.add(
                message.id,
                message.string,
                flags=message.flags,
                user_comments=message.user_comments,
                context=message.context,
            )
            catalogue.obsolete = {
                key: other for key, other in catalogue.obsolete.items() if other is not message
            }
    # What never was translated is not worth keeping.
    for message in entries(catalogue):
        if not messages.get(message.id, message.context) and not any(message.string):
            catalogue.delete(message.id, message.context)
    catalogue.update(messages, no_fuzzy_matching=True, update_header_comment=False)
    for message in entries(catalogue):
        # Of one that has got or lost its plural the translation is marked; but only if there is one.
        if message.fuzzy and not any(message.string):
            message.flags.discard("fuzzy")
    return catalogue


def without_obsolete(catalogue: Catalog) -> Catalog:
    catalogue.obsolete = {}
    return catalogue
