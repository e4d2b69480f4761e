"""Style sheets, scripts and fonts."""

from pathlib import PurePosixPath

from litestar import Response, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from techtree import assets
from techtree.controllers.guards import HttpRequest

FOR_GOOD = "public, max-age=31536000, immutable"


@route("/static/{path:path}", http_method=["GET", "HEAD"], sync_to_thread=False)
def show(request: HttpRequest, path: FromPath[PurePosixPath]) -> Response[bytes]:
    name = str(path).lstrip("/")
    asset = assets.find(name)
    if asset is None:
        raise NotFoundException
    packed = asset.is_packed and _takes_gzip(request.headers.get("accept-encoding", ""))
    # The folders of others' files have their version in the name.
    is_named = request.query_params.get("v") == asset.version or name.startswith("vendor/")
    headers = {
        "ETag": f'"{asset.version}{"-gz" if packed else ""}"',
        "Cache-Control": FOR_GOOD if is_named else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    content = asset.compressed if packed else asset.content
    return Response(content, media_type=asset.media_type, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    for each in accepted.lower().split(","):
        coding, _, weight = each.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
