"""The pictures of the starter library's lessons."""

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import File

from techtree.tutor.library import course_picture


@get("/library/{course:str}/{level:str}/{name:str}", sync_to_thread=False)
def show(course: FromPath[str], level: FromPath[str], name: FromPath[str]) -> File:
    path = course_picture(course, level, name)
    if path is None:
        raise NotFoundException
    return File(
        path,
        media_type="image/svg+xml" if path.suffix == ".svg" else None,
        content_disposition_type="inline",
        headers={
            "Cache-Control": "public, max-age=86400",
            # Opened by itself, a picture must not run anything either.
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        },
    )
