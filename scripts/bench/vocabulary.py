"""Words and proportions of the generated data. None of it is real or resembles a real place or project."""

from itertools import accumulate

# ISO 3166 reserves XA to XZ and QM to QZ, which are 40 codes, for private use.
COUNTRIES = [f"X{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1)] + [
    f"Q{chr(letter)}" for letter in range(ord("M"), ord("Z") + 1)
]
CITIES, THEMES, ORGANISATIONS, EVENTS, REPORTS, PASSAGES = 300, 30, 1_500, 200, 600, 10
PILLARS = ("governance", "cooperation", "security")

# Each of these words occurs in a quarter of the initiatives. None is part of another word here or below. There are many
# words, because the first search for a word can be measured only once.
QUARTER = {
    "en": (
        "lanterns", "corridors", "sensors", "archives", "ferries", "orchards", "telescopes", "workshops",
    ),
    "ru": ("светильники", "мастерские", "обсерватория", "набережная"),
    "zh": ("路灯", "渡轮", "书院", "果园"),
}  # fmt: skip
# These words occur in 1 % and in 0.01 % of the initiatives.
HUNDREDTH = "windmills"
TEN_THOUSANDTH = "zeppelins"
FILLERS = ("Testing", "Sample", "Invented", "Imagined", "Fictional", "Pretended")
FILLERS_RU = ("Пробный", "Вымышленный", "Условный")
FILLERS_ZH = ("测试", "虚构", "假设")


def cumulative(weights) -> list[float]:
    """The cumulative shares of the weights, up to 1, for `bisect`."""
    sums = list(accumulate(weights))
    return [value / sums[-1] for value in sums]


def zipf(size: int, exponent: float) -> list[float]:
    """The cumulative shares of `size` items, with few frequent and many rare ones."""
    return cumulative(1 / (rank + 1) ** exponent for rank in range(size))


STATUSES = ("under_way", "operating", "agreed", "completed", "proposed", "interest", "stalled", "unknown")
STATUS_SHARES = cumulative((30, 22, 16, 14, 9, 6, 2, 1))
KINDS = ("project", "exchange", "practice", "partnership", "platform", "plan", "route")
KIND_SHARES = cumulative((40, 20, 14, 12, 7, 5, 2))
CITY_SHARES = zipf(CITIES, 1.0)
THEME_SHARES = zipf(THEMES, 0.6)
ORGANISATION_SHARES = zipf(ORGANISATIONS, 0.7)
PARTNER_SHARES = cumulative((30, 32, 22, 11, 5))
THEME_COUNT_SHARES = cumulative((45, 35, 20))
ORGANISATION_COUNT_SHARES = cumulative((40, 40, 20))

FIRST_YEAR, LAST_YEAR = 1996, 2026
DIRECT_COUNTRY, WITH_EVENT, WITH_END, SEVERAL, DISPUTED, DRAFT = 0.4, 0.1, 0.3, 0.4, 0.03, 0.005


def city_slug(number: int) -> str:
    return f"testgrad-{number + 1:03}"


def theme_slug(number: int) -> str:
    return f"test-theme-{number + 1:02}"


def organisation_slug(number: int) -> str:
    return f"test-office-{number + 1:04}"


def event_slug(number: int) -> str:
    return f"test-forum-{number + 1:03}"


def report_slug(number: int) -> str:
    return f"test-gazette-{number + 1:03}"
