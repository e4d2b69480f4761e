"""Whether a text is in the language that was asked for.

Models that are asked for another language sometimes answer in English. Where a language has a
script of its own, its letters tell; among those written with Latin letters, the small words that no
text does without.
"""

import re
import unicodedata
from collections.abc import AsyncIterator

from techtree.languages import SOURCE

ENOUGH = 160
"""Characters outside of formulas and code that tell which language they are in."""
MOST_HELD = 1_200
"""Characters after which nothing more is waited for: a text that begins with a long formula."""

LETTERS = 0.5
"""The least share of a text's letters that are of the script; names and terms are in others."""
KANA = 0.15
"""The least share in Japanese, and the limit in Chinese."""
WORDS = 0.08
"""The least share of a text's words that are small words of its language."""

SCRIPTS = {
    "ar": ("ARABIC",),
    "el": ("GREEK",),
    "fa": ("ARABIC",),
    "he": ("HEBREW",),
    "hi": ("DEVANAGARI",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL",),
    "ru": ("CYRILLIC",),
    "th": ("THAI",),
    "uk": ("CYRILLIC",),
    "zh": ("CJK",),
}
"""How the names of a script's letters begin in Unicode."""

SMALL_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "cs": "a se v na je že s z do o k i to jako pro by jsou který která které ale nebo když tak"
        " ze si po od až co jak už má být není můžete jeho pak také",
        "de": "der die das und ist in zu den nicht von sie mit dem ein eine einen es sich auf für"
        " als auch wird wie wir oder aber wenn man sind kann nur noch",
        "es": "el la los las de que y en un una es se no por con para su al lo como más pero o si"
        " del cuando esta este son hay",
        "fi": "ja on ei se että kun mutta tai jos niin kuin myös ovat voi joka jotka tämä sen siitä"
        " mitä miten olla vain yksi nyt vielä eli sitä tämän",
        "fr": "le la les de des et un une est en que qui dans pour pas ce il elle on se au du ne"
        " sur plus avec par sont vous ou si",
        "hu": "a az és egy hogy nem is van ez ezt ha de mint meg csak vagy már amely ami azt lehet"
        " még ki minden kell aki így akkor",
        "id": "yang dan di dari ini itu dengan untuk tidak adalah pada dalam ke akan dapat atau"
        " juga kita bisa oleh karena jika sebagai lebih sebuah setiap apa",
        "it": "il lo la i gli le di che e un una è in per non con del della si da a al come più ma"
        " o se sono questo quando anche",
        "nl": "de het een en van is in dat niet te zijn op die met voor je als maar ook of er aan"
        " we kan wordt om dan deze door wat",
        "pl": "i w na się nie z do to że jest o jak a po co tak za od który która które dla ale lub"
        " jeśli gdy być może są tego przez",
        "pt": "o a os as de que e em um uma é não do da no na se para com por mais como mas ou ao"
        " quando são isso este esta seu",
        "ro": "și de la în a cu nu o că pe un este care din se sunt pentru mai ca ce sau dacă când"
        " dar prin fi cum această acest poate",
        "sv": "och att det i en som är på av för inte den med till ett om har kan man vi de så men"
        " eller när du från vad ska hur",
        "tr": "ve bir bu da de için ile çok ne gibi daha olarak olan kadar değil var ya o ama her"
        " sonra ise veya mi şey nasıl eğer en",
        "vi": "và là của có không được một các cho này trong với những để khi người như đã về thì"
        " hay nếu bạn từ hai đó cũng ta",
    }.items()
}

_SIGNS = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\$\$.*?(?:\$\$|\Z)|\$[^$\n]*\$|https?://\S+", re.S)


def is_in(text: str, language: str) -> bool:
    """False when a text that is long enough to tell is in another language.

    English is not looked for: it is what models fall back to.
    """
    text = _SIGNS.sub(" ", text)
    if language == SOURCE or len(text.strip()) < ENOUGH // 4:
        return True
    if language in SCRIPTS:
        return _is_written_in(text, language)
    words = re.findall(r"[^\W\d_]+", text.casefold())
    known = SMALL_WORDS[language]
    return not words or sum(word in known for word in words) >= WORDS * len(words)


def _is_written_in(text: str, language: str) -> bool:
    names = [unicodedata.name(sign, "") for sign in text if sign.isalpha()]
    if not names:
        return True
    kana = sum(name.startswith(("HIRAGANA", "KATAKANA")) for name in names) / len(names)
    if (language == "ja" and kana < KANA) or (language == "zh" and kana >= KANA):
        return False
    return sum(name.startswith(SCRIPTS[language]) for name in names) >= LETTERS * len(names)


async def beginning(pieces: AsyncIterator[str], language: str) -> str:
    """As much of a text as tells its language. In English nothing is waited for."""
    start = ""
    if language != SOURCE:
        async for piece in pieces:
            start += piece
            if len(_SIGNS.sub("", start)) >= ENOUGH or len(start) >= MOST_HELD:
                break
    return start
