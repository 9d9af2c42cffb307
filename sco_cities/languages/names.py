"""What each language of the site is called in itself, shortly and in full."""

NAMES = {"en": ("EN", "English"), "ru": ("РУ", "Русский"), "zh-hans": ("中文", "中文")}


def html_language(code: str) -> str:
    """What HTML's lang attribute takes for a language, as the site ("zh-hans") or a field ("name_zh") calls it."""
    return "zh-Hans" if code in ("zh", "zh-hans") else code
