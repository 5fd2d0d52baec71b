"""The languages of the portal (DECISIONS 3, 22, 23; docs/adr/0011).

Indonesian is the source, English is complete, the regional languages are offered honestly: page by page, with
their state of review. Django's own table knows ``id`` and ``en`` only, so the others are added to LANG_INFO here.
"""

from django.conf.locale import LANG_INFO

SOURCE_LANGUAGE = "id"
COMPLETE_LANGUAGES = ("id", "en")
REGIONAL_LANGUAGES = ("jv", "su", "mad", "bjn")

# Names in Indonesian, English (for the admin) and in the language itself (for the reader).
_REGIONAL = {
    "jv": ("Javanese", "Basa Jawa"),
    "su": ("Sundanese", "Basa Sunda"),
    "mad": ("Madurese", "Basa Madhurâ"),
    "bjn": ("Banjar", "Bahasa Banjar"),
}
for _code, (_name, _local) in _REGIONAL.items():
    LANG_INFO.setdefault(
        _code, {"bidi": False, "code": _code, "name": _name, "name_local": _local, "fallback": [SOURCE_LANGUAGE]}
    )

LANGUAGES = [
    ("id", "Bahasa Indonesia"),
    ("en", "English"),
    *((code, local) for code, (_english, local) in _REGIONAL.items()),
]
