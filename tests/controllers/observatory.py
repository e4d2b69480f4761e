"""Grades an answer's headers and cookies as public checkers of web sites do."""

from collections.abc import Mapping, Sequence

GRADES = ((100, "A+"), (90, "A"), (80, "B"), (70, "C"), (60, "D"), (0, "F"))


def grade(headers: Mapping[str, str], cookies: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The grade, and what was found fault with."""
    faults = [
        *_policy(_directives(headers.get("content-security-policy", ""))),
        *_transport(headers.get("strict-transport-security", "")),
        *_plain(headers),
        *(fault for cookie in cookies for fault in _cookie(cookie)),
    ]
    score = 100 - sum(points for points, _ in faults)
    letter = next(letter for least, letter in GRADES if score >= least or least == 0)
    return letter, [fault for _, fault in faults]


def _directives(policy: str) -> dict[str, list[str]]:
    words = [part.split() for part in policy.split(";") if part.strip()]
    return {name: values for name, *values in words}


def _policy(directives: dict[str, list[str]]) -> list[tuple[int, str]]:
    if not directives:
        return [(25, "no content security policy")]
    scripts = directives.get("script-src", directives.get("default-src", ["*"]))
    styles = directives.get("style-src", directives.get("default-src", ["*"]))
    faults = []
    if {"'unsafe-inline'", "*", "http:", "https:", "data:"} & set(scripts):
        faults.append((20, f"scripts may come from {scripts}"))
    if "'unsafe-eval'" in scripts:
        faults.append((10, "scripts may evaluate text"))
    if {"'unsafe-inline'", "*", "http:", "https:", "data:"} & set(styles):
        faults.append((5, f"styles may come from {styles}"))
    wanted = {"object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}
    faults += [(5, name) for name, value in wanted.items() if directives.get(name) != [value]]
    if directives.get("form-action") != ["'self'"]:
        faults.append((5, "forms may be sent anywhere"))
    return faults


def _transport(value: str) -> list[tuple[int, str]]:
    parts = [part.strip() for part in value.split(";")]
    age = next((int(p.removeprefix("max-age=")) for p in parts if p.startswith("max-age=")), 0)
    return [] if age >= 180 * 24 * 3600 else [(20, "no strict transport for half a year")]


def _plain(headers: Mapping[str, str]) -> list[tuple[int, str]]:
    wanted = {
        "x-content-type-options": ({"nosniff"}, 5),
        "x-frame-options": ({"deny", "sameorigin"}, 20),
        "referrer-policy": (
            {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"},
            5,
        ),
        "cross-origin-opener-policy": ({"same-origin"}, 5),
        "cross-origin-resource-policy": ({"same-origin", "same-site"}, 5),
    }
    faults = [
        (points, name)
        for name, (values, points) in wanted.items()
        if headers.get(name, "").lower() not in values
    ]
    if "camera=()" not in headers.get("permissions-policy", ""):
        faults.append((5, "permissions-policy"))
    if headers.get("access-control-allow-origin"):
        faults.append((50, "other sites may read answers"))
    return faults


def _cookie(cookie: str) -> list[tuple[int, str]]:
    name, _, rest = cookie.lower().partition("=")
    wanted = {"secure": 20, "httponly": 10, "samesite=": 10}
    missing = {flag: points for flag, points in wanted.items() if flag not in rest}
    return [(points, f"{name} without {flag}") for flag, points in missing.items()]
