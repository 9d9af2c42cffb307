"""Names of the languages of reports."""

import pytest
from django.utils.translation import override

from sco_cities.core.language_codes import LANGUAGE_NAMES


@pytest.mark.parametrize("language", ["kk", "ky", "tg", "uz"])
def test_every_language_has_a_name_if_a_language_of_the_interface_is_added(language):
    with override(language):
        names = {code: str(name) for code, name in LANGUAGE_NAMES}
    assert all(names.values())
    # CLDR has no name for Tagalog in these languages, so the name is in English.
    assert names["tl"] == "Tagalog"
