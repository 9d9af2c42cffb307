"""Spellings of the shipped names, and names of places that are not in the data."""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

SEED = 7
# Spellings from maps, the press, and other languages and alphabets. The file has the columns `record` and `name`.
WRITTEN_CASE = "written by hand"
WRITTEN = Path(__file__).with_name("spellings.csv")
# Cyrillic letters and their Latin equivalents in three transliteration systems.
_LETTERS = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
_SYSTEMS = {
    "BGN/PCGN": "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya",
    "GOST 7.79 B": "a b v g d e yo zh z i j k l m n o p r s t u f x cz ch sh shh `` y` ` e` yu ya",
    "ISO 9": "a b v g d e ë ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â",
}


@dataclass(frozen=True)
class Spelling:
    """A name to query, its record, and the code of its country if the query contains a country."""

    case: str
    collection: str
    text: str
    record: str
    country: tuple[str, ...] = ()


# Words in brackets after a city's name. With one of these words, the name means a place that is not in the data.
_NAMESAKES = ("river", "Ohio", "district", "airport", "football club", "река", "область", "аэропорт", "机场")


def foreign_names() -> dict[str, str]:
    """Names in three scripts of places that are not in the data, with the codes of their countries.

    The names are from the gazetteers, or are names of cities in the data with a remark in brackets.
    """
    ours = _rows("data/summit-cities/cities.csv")
    numbers, texts = {row["geonames_id"] for row in ours}, set()
    for row in ours:
        texts |= {row["name_en"], row["name_ru"], row["name_zh"], *_items(row["aliases"])}
    names: dict[str, str] = {}
    for path in ("data/gazetteer/cities.csv", "data/gazetteer/world.csv"):
        for row in _rows(path):
            if row["geonames_id"] not in numbers:
                for column in ("name_en", "name_ru", "name_zh"):
                    names |= dict.fromkeys(row[column].split("; "), row["country"])
    for row in ours:
        for word in _NAMESAKES:
            name = row["name_en"] if word.isascii() else row["name_zh"] if word == "机场" else row["name_ru"]
            names[f"{name} ({word})"] = row["country"]
    # Omits names that are also in the data, because a query for "Suzhou" alone cannot mean another Suzhou.
    return {name: country for name, country in names.items() if name and name not in texts}


def all_spellings() -> Iterator[Spelling]:
    """Yields hand-written spellings, the shipped names, and their variants."""
    from sco_cities.core import tokenizer

    for row in _rows(str(WRITTEN)):
        yield Spelling(WRITTEN_CASE, row["record"].partition(":")[0], row["name"], row["record"])
    rng = random.Random(SEED)  # noqa: S311 - the same typing errors each time
    for collection in (
        "cities",
        "countries",
        "organisations",
        "delegates",
        "events",
        "themes",
        "initiatives",
    ):
        stem = "title" if collection == "initiatives" else "name"
        for row in _rows(f"data/summit-cities/{collection}.csv"):
            record = f"{collection}:{row.get('slug') or row['code']}"
            en, ru, zh = (row[f"{stem}_{language}"] for language in ("en", "ru", "zh"))

            def spelling(
                case: str, text: str, record: str = record, collection: str = collection
            ) -> Spelling:
                return Spelling(case, collection, text, record)

            yield from (
                spelling(f"exact, {code}", text)
                for code, text in (("en", en), ("ru", ru), ("zh", zh))
                if text
            )
            yield from (spelling("other names", text) for text in _items(row.get("aliases", "")))
            if ru and _is_cyrillic(ru):
                for system in _SYSTEMS:
                    yield spelling(f"Russian in {system}", transliterated(ru, system))
            if zh and collection in ("cities", "delegates", "countries"):
                syllables = [tokenizer.pinyin_syllable(char) for char in zh]
                yield spelling("pinyin of the Chinese name", "".join(syllables).capitalize())
            for code, text in (("en", en), ("ru", ru)):
                if len(text) > 4:
                    mistyped = spelling(f"one typing error, {code}", with_typing_error(text, rng))
                    yield mistyped
                    if row.get("country") and collection == "cities":
                        case = "one typing error, and the country beside"
                        yield replace(mistyped, case=case, country=(row["country"],))
            yield from (spelling(case, text) for case, text in _in_context(collection, row, en, ru, zh))


def _in_context(collection: str, row: dict[str, str], en: str, ru: str, zh: str) -> Iterator[tuple[str, str]]:
    if collection == "cities":
        yield from (
            ("with the word for a city", text)
            for text in (f"City of {en}", f"г. {ru}", f"{zh}市", f"{en} municipality")
        )
        yield "with the country", f"{en}, {row['country']}"
        yield "Russian genitive", genitive(ru)
    if collection == "delegates":
        for text in filter(None, (en, ru)):
            *given, family = text.split()
            if given:
                yield "order reversed", " ".join((family, *given))
                yield "order reversed", f"{family}, {' '.join(given)}"
                yield "initial instead of the first name", f"{given[0][0]}. {family}"
            if len(given) > 1:
                yield "without the middle name", f"{given[0]} {family}"
    if collection in ("organisations", "events", "themes"):
        yield "in capitals and quotes", f"«{ru.upper()}»"
        yield "with an article", f"The {en}"
        if "SCO" in en.split():
            yield "SCO in full", en.replace("SCO", "Shanghai Cooperation Organisation")
        if "ШОС" in ru.split():
            yield "SCO in full", ru.replace("ШОС", "Шанхайской организации сотрудничества")


def transliterated(text: str, system: str) -> str:
    """Transliterates Russian text into Latin letters."""
    pairs = dict(zip(_LETTERS.split(), (each.strip("_") for each in _SYSTEMS[system].split()), strict=True))
    letters = (pairs.get(char.lower(), char) for char in text)
    return "".join(new.capitalize() if old.isupper() else new for old, new in zip(text, letters, strict=True))


def with_typing_error(text: str, rng: random.Random) -> str:
    """Returns the text with one letter removed, doubled, replaced by another, or swapped with the next letter."""
    places = [
        place for place in range(1, len(text) - 1) if text[place].isalpha() and text[place + 1].isalpha()
    ]
    if not places:
        return text
    place = rng.choice(places)
    alphabet = "абвгдежзиклмнопрстуфхцчшыэюя" if _is_cyrillic(text) else "abcdefghijklmnopqrstuvwxyz"
    before, letter, after = text[:place], text[place], text[place + 1 :]
    edits: list[Callable[[], str]] = [
        lambda: before + after,
        lambda: before + letter + letter + after,
        lambda: before + rng.choice(alphabet) + after,
        lambda: before + after[0] + letter + after[1:],
    ]
    return rng.choice(edits)()


def genitive(name: str) -> str:
    """Inflects a Russian name into the genitive, word by word, if the dictionary contains the word."""
    from sco_cities.names.russian import like, parses

    words = []
    for word in name.split(" "):
        forms = (parse.inflect({"gent"}) for parse in parses(word.lower()))
        form = next(filter(None, forms), None)
        words.append(like(word, form.word) if form else word)
    return " ".join(words)


def _is_cyrillic(text: str) -> bool:
    return any("а" <= char <= "я" for char in text.lower())


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";") if item.strip()]


def _rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
