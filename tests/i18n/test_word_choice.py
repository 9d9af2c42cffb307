"""English words with several meanings have different translations."""

import pytest
from django.utils.translation import gettext, ngettext, npgettext, override, pgettext

pytestmark = pytest.mark.only_on("sqlite")


def test_a_city_that_shares_experience_is_not_called_a_model_in_russian():
    with override("ru"):
        assert pgettext("what a place does", "is a model for others") == "источник опыта"
        assert gettext("model in %(count)s") == "источник опыта: %(count)s"
        assert gettext("sharing experience") == "делится опытом"


def test_people_and_places_have_their_own_counting_words_in_chinese():
    words = "and %(number)s other", "and %(number)s others"
    with override("zh-hans"):
        assert npgettext("people", *words, 2) == "另有%(number)s人"
        assert ngettext(*words, 2) == "另有%(number)s个"
