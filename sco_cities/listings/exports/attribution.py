"""The licence of exported data and the credits of its sources, as on the About page."""

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from sco_cities.i18n.punctuation import with_remark


class CreditedWork(Protocol):
    """A reference work from which values are taken."""

    name: str
    contents: str
    licence: str
    address: str


# Registered by the app that declares the works: lists import no records.
data_sources: list[CreditedWork] = []


def register(sources: Sequence[CreditedWork]) -> None:
    """Makes exports credit these works."""
    data_sources[:] = sources


def attribution_lines() -> list[str]:
    """The licence, then a sentence for each work."""
    return [
        _(
            "Information from reports is summarised in our own words and may be used under CC BY "
            "4.0. The reports belong to their publishers."
        ),
        *(
            f"{with_remark(work.name, work.licence)}: {work.contents}. {work.address}"
            for work in data_sources
        ),
    ]
