import pytest

from sco_cities.search.segments import NameEntry
from sco_cities.search.synonyms import NameDictionary

NAMES = NameDictionary(
    [
        NameEntry("cities", 1, ("Alphaville", "Альфавиль", "阿尔法城"), ()),
        NameEntry("cities", 2, ("New Betaburg", "Новый Бетабург", "新贝塔堡"), ("Betaburg",)),
        NameEntry("delegates", 3, ("Ada Lovelamp", "Ада Лавламп", "阿达"), ()),
        NameEntry("delegates", 4, ("Hal Akimov", "Галь Акимов", "哈尔"), ()),
    ]
)


@pytest.mark.parametrize(
    ("phrase", "segments"),
    [
        ("Alphaville and Betaburg", "[alphaville] [betaburg]"),
        ("Alphaville and lamps", "[alphaville] and lamps"),
        ("мэр Нового Бетабурга", "<мэр> [нового бетабурга]"),
        ("the deputy mayor of New Betaburg", "<deputy mayor> [new betaburg]"),
        ("Лавламп Ада, мэр города Альфавиля", "[лавламп ада] <мэр> [альфавиля]"),
        ("акимы", "<акимы>"),
        ("Акимов", "акимов"),
        ("мэр Акимов", "<мэр> акимов"),
        ("阿尔法城和新贝塔堡", "[阿尔法城] [新贝塔堡]"),
        ("阿尔法城市副市长阿达", "[阿尔法城] <副市长> [阿达]"),
        ("阿尔法城港", "阿尔法城港"),
        ("和平", "和平"),
        ("of the", "of the"),
        ("lamps", "lamps"),
        ("Alphavil", "[alphavil]"),
        ("", ""),
    ],
)
def test_a_phrase_consists_of_names_roles_and_other_words(phrase, segments):
    def written(segment):
        words = " ".join(word.text for word in segment.words)
        return f"[{words}]" if segment.entries else f"<{words}>" if segment.role else words

    assert " ".join(map(written, NAMES.segments(phrase))) == segments
