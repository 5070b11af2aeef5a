"""The page and its assets: caching, packing, and no way out of the folder."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.site import Site, error_code

SCRIPT = b"console.log('x');" * 500


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A built page, with secrets around it."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(b"<!doctype html><title>plot</title>")
    (folder / "icon.svg").write_bytes(b"<svg/>")
    (folder / "assets" / "index-Ab12.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-Ab12.css").write_bytes(b"a{}" * 1000)
    (folder / ".hidden").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
async def served(start_site: Callable[..., Site], static: Path) -> Site:
    """A site with that page."""
    return start_site(static=static)


@pytest.mark.parametrize(
    ("path", "content_type", "caching"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/icon.svg", "image/svg+xml", "no-cache"),
        ("/assets/index-Ab12.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/index-Ab12.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
    ],
)
async def test_files_have_their_type_and_only(served: Site, path: str, content_type: str, caching: str) -> None:
    """Files have their type, and only hashed names are kept for good."""
    answer = await served.get(path)
    assert answer.code == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Cache-Control"] == caching
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_script_is_packed_for_those(served: Site) -> None:
    """A script is packed for those who can unpack it."""
    path = "/assets/index-Ab12.js"
    plain = await served.request("GET", path)
    packed = await served.request("GET", path, headers={"Accept-Encoding": "gzip, br"})
    assert plain.body == SCRIPT
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert len(packed.body) < len(SCRIPT) / 10
    assert gzip.decompress(packed.body) == SCRIPT


async def test_a_page_that_is_known(served: Site, static: Path) -> None:
    """A page that is known is not sent again until it changes."""
    known = {"If-None-Match": (await served.get("/")).headers["Etag"]}
    assert (await served.request("GET", "/", headers=known)).code == 304
    (static / "index.html").write_bytes(b"<!doctype html><title>new</title>")
    assert (await served.request("GET", "/", headers=known)).code == 200


async def test_a_script_built_anew_under(served: Site, static: Path) -> None:
    """A script built anew under its old name is packed anew."""
    headers = {"Accept-Encoding": "gzip"}
    await served.request("GET", "/assets/index-Ab12.js", headers=headers)
    (static / "assets" / "index-Ab12.js").write_bytes(SCRIPT + b"//new")
    answer = await served.request("GET", "/assets/index-Ab12.js", headers=headers)
    assert gzip.decompress(answer.body) == SCRIPT + b"//new"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/link.txt",
        "/.hidden",
        "/assets",
        "/assets/",
        "/index.html%00.js",
        "/index.html/",
        "/" + "x" * 5000,
        "/%ff",
    ],
)
async def test_nothing_outside_the_folder_is_served(served: Site, path: str) -> None:
    """Nothing outside the folder is served."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = await served.exchange(request.encode())
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 "))
    assert b"secret" not in answer.partition(b"\r\n\r\n")[2].replace(b"secret.txt", b"")


async def test_without_a_built_page_the_root(start_site: Callable[..., Site], tmp_path: Path) -> None:
    """Without a built page the root says how to build it, and all else works."""
    site = start_site(static=tmp_path / "missing")
    answer = await site.get("/")
    assert answer.code == 503
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "make page" in answer.body.decode()
    assert error_code(await site.get("/assets/x.js")) == "not_found"
    assert (await site.post({"tag": "a", "value": 1})).code == 200


async def test_a_head_request_gets_the_headers(served: Site) -> None:
    """A HEAD request gets the headers alone."""
    answer = await served.request("HEAD", "/")
    assert (answer.code, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == "34"
