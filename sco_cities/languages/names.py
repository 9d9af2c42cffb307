"""What each language of the site is called in itself, shortly and in full."""

NAMES = {"en": ("EN", "English"), "ru": ("РУ", "Русский"), "zh-hans": ("中文", "中文")}

# What HTML's lang attribute takes for it.
HTML_LANGUAGES = {"en": "en", "ru": "ru", "zh-hans": "zh-Hans"}
