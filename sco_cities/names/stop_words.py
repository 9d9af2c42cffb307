"""Stop words: they say what a thing is and not which one, and are left out before names are compared."""

import re

from .romanization import folded_word

_SMALL_WORDS = "a an and at by for from in of on the to with и в во на по для о об с со к из имени им"
# The word for a city in the languages of the region, in its usual cases.
_CITY = (
    "the of city cities town municipality municipal metropolitan capital stadt ville ciudad "
    "г гор город города городу городе городом городской городская городского горсовет "
    "муниципалитет муниципальное образование "
    "қаласы қала қ шаары шаар ш шаҳри шаҳр shahri shahar shahr shaary qalasy sehri şəhəri хот shi"
)
_COUNTRY = (
    "the of and rep republic kingdom state states federation islamic socialist union people's democratic pr pdr "
    "республика республики республике республику республикой королевство королевства государство государства "
    "федерация федерации федерацию федерацией исламская исламской социалистическая социалистической "
    "народная народной народно демократическая демократической "
    "республикасы respublikasi respublikasy ҷумҳурии jumhurii улс"
)
_PERSON = "mr mrs ms dr prof mayor г-н г-жа господин госпожа"
# What organisations are, beside what distinguishes them; and the words of their countries and cities.
_ORGANISATION = (
    "office hall agency news information group company corporation corp limited co ltd llc inc jsc newspaper "
    "агентство информационное компания группа газета офис ооо оао пао ао зао republic republics federation "
    "республика республики республике федерация федерации "
)
# The authorities of a city, by the words of its country, are the same thing.
_CITY_AUTHORITY = (
    "akimat akimats акимат акимата акиматом әкімдігі khokimiyat hokimiyat hokimligi хокимият хокимията хокимиятом "
    "мэрия мэрии мэрией мэриясы исполком исполкома исполкомом "
    "горисполком горисполкома mairie municipality муниципалитет муниципалитета administration администрация "
    "администрации government правительство правительства mayor mayors мэр мэра"
)
_SYNONYMS = {
    "санкт": "saint", "st": "saint", "sankt": "saint", "centre": "center", "organisation": "organization",
    "organisations": "organization", "organizations": "organization", "центра": "центр", "shos": "sco",
}  # fmt: skip


def _folded(words: str) -> frozenset[str]:
    return frozenset(folded_word(word) for word in words.split())


SMALL_WORDS = _folded(_SMALL_WORDS)
SYNONYMS = {folded_word(word): folded_word(other) for word, other in _SYNONYMS.items()}
AUTHORITY = "cityhall"
_OF_ORGANISATIONS = SYNONYMS | dict.fromkeys(_folded(_CITY_AUTHORITY), AUTHORITY)
_STOP_WORDS = {
    "cities": _folded(_CITY),
    "countries": _folded(_COUNTRY),
    "delegates": SMALL_WORDS - _folded("a o и в с к") | _folded(_PERSON),
    "organisations": (SMALL_WORDS | _folded(_ORGANISATION) | _folded(_CITY)) - _OF_ORGANISATIONS.keys(),
}
# Of Chinese names: the word for a city, a state or a company at the end.
HAN_SUFFIXES = {
    "cities": ("市区", "市"),
    "countries": ("人民共和国", "共和国", "联邦", "王国", "国"),
    "organisations": ("股份有限公司", "有限责任公司", "技术有限公司", "有限公司", "集团公司", "集团", "公司"),
}
# Phrases and their abbreviations, by the word that stands for both. The names of persons come after a school's own.
PHRASES = tuple(
    (re.compile(pattern, re.IGNORECASE), f" {word} ")
    for word, pattern in {
        "sco": r"shanghai\s+co-?operation\s+organi[sz]ation|шанхайск\w+\s+организаци\w+\s+сотрудничества|"
        r"(?<!\w)(?:шос|sco)(?!\w)|上海合作组织|上合组织|上合",
        "mvd": r"ministry\s+of\s+(?:the\s+)?(?:internal\s+affairs|interior)|interior\s+ministry|"
        r"министерств\w+\s+внутренних\s+дел",
        "mid": r"ministry\s+of\s+foreign\s+affairs|foreign\s+ministry|министерств\w+\s+иностранных\s+дел",
        AUTHORITY: r"people[’']?s\s+government|народн\w+\s+правительств\w+|executive\s+committee|"
        r"исполнительн\w+\s+комитет\w*",
        "政府": "市?人民政府|市政府",
        "": r"people[’']?s\s+republic|(?:人民民主|伊斯兰|民主|社会主义)*共和国|联邦|"
        r"(?:,?\s+named\s+after|\s+имени|\s+им)\s.*$",
    }.items()
)


def stop_words(collection: str) -> frozenset[str]:
    """The folded stop words, left out of names of a kind of record."""
    return _STOP_WORDS.get(collection, SMALL_WORDS)


def synonyms(collection: str) -> dict[str, str]:
    """Folded words that mean the same, by the one that is replaced."""
    return _OF_ORGANISATIONS if collection == "organisations" else SYNONYMS
