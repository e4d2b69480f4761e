"""The language of the interface. A site has one: an update is made once for all who read it."""

from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from techtree.settings import get_settings

CATALOGUES = Path(__file__).parent / "locale"

SOURCE = "en"
"""What the program's own sentences are written in."""

TAUGHT = {
    "ar": "العربية",
    "cs": "Čeština",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sv": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
"""The languages a course may be in, by what their speakers call them."""


def gettext(message: str) -> str:
    """The sentence in the site's language; fields in braces are the caller's to fill in."""
    return _translations().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    return _translations().ngettext(one, many, count)


def marked(message: str) -> str:
    """A sentence that is translated where it is shown: a constant is older than the settings."""
    return message


def chosen(code: str) -> str:
    """The language of a course as a form sent it; the site's own when it is none."""
    return code if code in TAUGHT else get_settings().language


def english_name(code: str) -> str:
    """What English calls a language of a course, to tell a model."""
    from babel import Locale  # noqa: PLC0415

    return str(Locale.parse(code).english_name)


def direction() -> str:
    """`ltr` or `rtl`, as HTML has it."""
    from babel import Locale  # noqa: PLC0415

    return "ltr" if _locale() == "en_GB" else Locale.parse(_locale()).text_direction


def day(when: date, skeleton: str = "MMMd") -> str:
    """A day of this year, such as "5 Mar". The skeletons are those of Unicode's CLDR."""
    from babel.dates import format_skeleton  # noqa: PLC0415

    return format_skeleton(skeleton, datetime(when.year, when.month, when.day), locale=_locale())


def moment(when: datetime) -> str:
    """A day and its minute, such as "5 March 2026, 14:03"."""
    from babel.dates import format_date, format_time  # noqa: PLC0415

    return gettext("{day}, {time}").format(
        day=format_date(when, "long", locale=_locale()),
        time=format_time(when, "short", locale=_locale()),
    )


def _locale() -> str:
    language = get_settings().language
    return "en_GB" if language == SOURCE else language


@cache
def _translations() -> NullTranslations:
    language = get_settings().language
    if language == SOURCE:
        return NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, language, charset="utf-8")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
