"""The library's pictures as parts of the text that shows them."""

import base64
import re

from techtree.tutor.library import course_picture

_ADDRESS = re.compile(r"/library/([a-z0-9-]+)/([a-z-]+)/([a-z0-9-]+\.(?:svg|png|webp))")
_KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}


def inlined(text: str) -> str:
    """Markdown or HTML with each address of a picture replaced by the picture itself."""
    return _ADDRESS.sub(_data, text)


def _data(address: re.Match[str]) -> str:
    path = course_picture(address[1], address[2], address[3])
    if path is None:
        return address.group()
    content = base64.b64encode(path.read_bytes()).decode()
    return f"data:{_KINDS[path.suffix]};base64,{content}"
