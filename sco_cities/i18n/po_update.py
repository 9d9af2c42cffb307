"""Updates a catalogue to the current messages and keeps every translation."""

from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message

from . import po_files


def is_translated(message: Message) -> bool:
    """Whether a message is translated in all its plural forms."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(forms) and all(forms)


def entries(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


@dataclass(frozen=True)
class MessageCounts:
    """The translation progress of a catalogue."""

    messages: int
    missing: int
    fuzzy: int
    obsolete: int


def message_counts(catalogue: Catalog) -> MessageCounts:
    messages = entries(catalogue)
    return MessageCounts(
        messages=len(messages),
        missing=sum(not is_translated(message) for message in messages),
        fuzzy=sum(message.fuzzy for message in messages),
        obsolete=len(catalogue.obsolete),
    )


def updated_catalogue(language: str, messages: Catalog) -> Catalog:
    """The catalogue of a language with exactly these messages.

    No translation is guessed from a similar message. Translations of messages that are no longer used stay at the end
    of the file and are used again if their message returns.
    """
    catalogue = po_files.read_catalogue(language)
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
    # Unused messages without a translation are removed.
    for message in entries(catalogue):
        if not messages.get(message.id, message.context) and not any(message.string):
            catalogue.delete(message.id, message.context)
    catalogue.update(messages, no_fuzzy_matching=True)
    for message in entries(catalogue):
        # A message that gained or lost its plural is marked as fuzzy, but only if it has a translation.
        if message.fuzzy and not any(message.string):
            message.flags.discard("fuzzy")
    return catalogue


def without_obsolete(catalogue: Catalog) -> Catalog:
    catalogue.obsolete = {}
    return catalogue
