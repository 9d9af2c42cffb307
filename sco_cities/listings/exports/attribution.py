"""Whose data an export holds, and under which licence: the words of the page About."""

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import with_remark


class DataSource(Protocol):
    """A reference work that values are taken from."""

    name: str
    what: str
    licence: str
    address: str


# Filled by the room that knows the works, since browse knows no record.
data_sources: list[DataSource] = []


def register(used: Sequence[DataSource]) -> None:
    """Has exports credit these works."""
    data_sources[:] = used


def attribution_lines() -> list[str]:
    """The licence, then a sentence for each work."""
    return [
        _(
            "Information from reports is summarised in our own words and may be used under CC BY "
            "4.0. The reports belong to their publishers."
        ),
        *(f"{with_remark(work.name, work.licence)}: {work.what}. {work.address}" for work in data_sources),
    ]
