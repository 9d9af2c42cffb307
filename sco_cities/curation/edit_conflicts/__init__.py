"""What happens to a record while somebody has its page open: nothing of it is overwritten unseen.

A form carries the version of its record (`history.versions`); `fields` and `rows` compare what a stale one sends
with what is there now and was there then, and `admin` has the curator choose. Actions of `lists` leave alone what
has changed.
"""
