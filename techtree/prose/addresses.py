"""Where links and images in generated prose may lead."""

import re


def is_external(href: str) -> bool:
    """Tell whether an address leaves this site: http, https and mailto only."""
    return _EXTERNAL.match(href) is not None


def is_link(href: str) -> bool:
    """Tell whether prose may link to an address."""
    return is_external(href) or _within_site(_INTERNAL, href)


def is_image(src: str) -> bool:
    """Tell whether prose may show an image: only drawings that come with the library."""
    return _within_site(_IMAGE, src)


def _within_site(pattern: re.Pattern[str], path: str) -> bool:
    # `..` could climb from /lessons/ to a page that does something.
    return ".." not in path and pattern.fullmatch(path) is not None


_EXTERNAL = re.compile(r"(?:https?://[^/?#\\\s]|mailto:[^/?#\\\s])", re.IGNORECASE)
_INTERNAL = re.compile(r"#[\w.-]+|/(?:lessons|library)/[\w./-]+(?:\?[\w=&.-]*)?(?:#[\w.-]*)?", re.A)
_IMAGE = re.compile(r"/library/[\w./-]+\.(?:svg|png|webp)", re.ASCII)
