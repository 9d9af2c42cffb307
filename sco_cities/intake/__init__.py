"""From a press report to draft records: reading proposes, a curator decides."""
