"""The files under `static/`: compressed once, and named so that browsers may keep them for good."""

import gzip
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/speculationrules+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_PACKED = frozenset({".css", ".js", ".svg"})
"""Fonts are compressed as they are."""


@dataclass(frozen=True)
class Asset:
    content: bytes
    media_type: str
    is_packed: bool
    """Whether compressing it makes it smaller."""

    @cached_property
    def version(self) -> str:
        """Changes with the content."""
        return sha256(self.content).hexdigest()[:12]

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)


def asset(path: str) -> str:
    """The address of a file under `static/`. It changes with the content, so it may be kept."""
    file = STATIC / path
    return f"/static/{path}?v={_read(file, file.stat().st_mtime_ns).version}"


def find(path: str) -> Asset | None:
    """A file under `static/`; None for whatever is not one, wherever it leads to."""
    try:
        file = (STATIC / path).resolve()
        return _read(file, file.stat().st_mtime_ns) if file.is_relative_to(STATIC) else None
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=512)
def _read(file: Path, _changed_at: int) -> Asset:
    kind = _KINDS.get(file.suffix, "application/octet-stream")
    return Asset(file.read_bytes(), kind, file.suffix in _PACKED)
