"""Style sheets, scripts and fonts: kept for good, sent once, and small."""

from pathlib import Path

import pytest

from techtree import assets
from techtree.assets import STATIC, asset
from tests.controllers.conftest import Visitor


def test_the_address_of_a_file_changes_with_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    file = tmp_path / "new.css"
    file.write_text("a {}")
    before = asset("new.css")
    assert before == asset("new.css")
    file.write_text("b {} /* longer */")
    assert asset("new.css") != before
    with pytest.raises(FileNotFoundError):
        asset("none.css")


async def test_what_pages_name_is_kept_for_good_and_travels_compressed(visitor: Visitor) -> None:
    path = asset("app.css")
    answer = await visitor.get(path)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.content == (STATIC / "app.css").read_bytes()
    assert int(answer.headers["content-length"]) < len(answer.content) / 2


async def test_who_takes_no_gzip_gets_none(visitor: Visitor) -> None:
    for accepted in ("identity", "", "gzip;q=0", "br"):
        answer = await visitor.client.get(asset("live.js"), headers={"accept-encoding": accepted})
        assert "content-encoding" not in answer.headers
        assert answer.content == (STATIC / "live.js").read_bytes()


async def test_an_old_address_is_asked_for_again_each_time(visitor: Visitor) -> None:
    for path in ("/static/app.css", "/static/app.css?v=000000000000"):
        assert (await visitor.get(path)).headers["cache-control"] == "no-cache"


async def test_an_unchanged_file_is_not_sent_again(visitor: Visitor) -> None:
    path = asset("app.css")
    tag = (await visitor.get(path)).headers["etag"]
    again = await visitor.client.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = await visitor.client.get(path, headers={"if-none-match": '"other"'})
    assert other.status_code == 200


async def test_fonts_have_their_version_in_the_name(visitor: Visitor) -> None:
    font = next((STATIC / "vendor").rglob("*.woff2"))
    answer = await visitor.get(f"/static/{font.relative_to(STATIC)}")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "none.css",
        "../app.py",
        "%2e%2e/app.py",
        "..%2fapp.py",
        "vendor",
        "/etc/passwd",
        "%00",
        "a" * 5000,
    ],
)
async def test_nothing_else_is_there(visitor: Visitor, path: str) -> None:
    assert (await visitor.get(f"/static/{path}")).status_code == 404


async def test_pages_travel_compressed_and_streams_do_not(visitor: Visitor) -> None:
    page = await visitor.get("/")
    assert page.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in page.headers["vary"].lower()
    stream = await visitor.get("/live-check/events")
    assert "content-encoding" not in stream.headers
