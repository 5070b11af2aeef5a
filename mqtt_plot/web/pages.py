"""The built page and its assets, served from the package's `static` folder, which may lie in a zip archive."""

import asyncio
import gzip
from functools import lru_cache
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from mqtt_plot.web.base import PART_BYTES, BaseHandler
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.services import Services

# By hand: the registry of the machine (on Windows, say) may call a script text/plain, which browsers then refuse.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_PACKED = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"})
_LEAST_PACKED = 1024  # bytes; less is not worth it

NOT_BUILT = """The page is not built yet; all else works: /api/v1/status, /metrics, POST /api/v1/samples.

To build it, in a clone of the project:
    make page
An installed package (pip install .) has it built in.
"""


class PageHandler(BaseHandler):
    """GET / and the files beside it. Who must log in first is sent there from the page, and gets none of the files."""

    queries = None

    def check_role(self) -> None:
        is_page = self.path_args[:1] in ([""], ["index.html"]) and self.request.method in ("GET", "HEAD")
        if self.user is None and is_page:
            self.redirect("login", status=303)
            return
        super().check_role()

    async def get(self, name: str = "") -> None:
        root, file = self.services.static, name or "index.html"
        if find(root, file) is None:
            self.refuse(self.services, name)
            return
        self.set_header("Content-Type", CONTENT_TYPES.get(_suffix(file), "application/octet-stream"))
        # Names under assets/ carry a hash of what is in them, so they never change.
        is_fixed = name.startswith("assets/")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable" if is_fixed else "no-cache")
        may_pack = "gzip" in self.request.headers.get("Accept-Encoding", "")
        content, is_packed, etag = await asyncio.to_thread(read, root, file, may_pack=may_pack)
        self.set_header("Vary", "Accept-Encoding")
        # By their content, so that a browser asks for the page without fetching it again.
        self.set_header("Etag", etag)
        if self.check_etag_header():
            self.set_status(304)
            return
        self.set_header("Content-Length", str(len(content)))
        if is_packed:
            self.set_header("Content-Encoding", "gzip")
        await self.stream(content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES))

    def refuse(self, services: Services, name: str) -> None:
        if name or find(services.static, "index.html"):
            raise RefusedError(404, "not_found", f"nothing at {self.request.path[:120]!r}")
        self.set_status(503)
        self.write_text(NOT_BUILT)


class BareHandler(BaseHandler):
    """GET of the base path as people type it, without the slash below which all lies."""

    queries = None

    is_public = True

    def get(self) -> None:
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(f"{self.services.base_path}/{query}", status=308)


def find(root: Traversable, name: str) -> Traversable | None:
    """Return the file `name` below `root`, None for anything that is not there or not below it."""
    if "\x00" in name or "\\" in name or any(not part or part.startswith(".") for part in name.split("/")):
        return None
    try:
        path = root.joinpath(name)
        if isinstance(path, Path) and isinstance(root, Path) and not path.resolve().is_relative_to(root.resolve()):
            return None  # a symbolic link leads out
        return path if path.is_file() else None
    except OSError:  # a name longer than the file system takes
        return None


def read(root: Traversable, name: str, *, may_pack: bool) -> tuple[bytes, bool, str]:
    """Return what the file holds, whether that is gzipped, which it is where it may be and where it helps, and a tag for it."""
    path = root.joinpath(name)
    modified = path.stat().st_mtime_ns if isinstance(path, Path) else 0  # what lies in an archive stays as it is
    may_pack = may_pack and _suffix(name) in _PACKED
    content = packed(root, name, modified) if may_pack else None  # type: ignore[arg-type]  # folders and archives can be hashed
    is_packed = content is not None
    if content is None:
        content = path.read_bytes()
    return content, is_packed, f'"{sha256(content).hexdigest()[:32]}"'


@lru_cache(maxsize=64)
def packed(root: Traversable, name: str, modified: int) -> bytes | None:  # noqa: ARG001 - part of the key: a file built anew is packed anew
    """Return the gzipped file, None for one that is too small; fixed time stamp, so that equal files are equal bytes."""
    content = root.joinpath(name).read_bytes()
    return gzip.compress(content, 6, mtime=0) if len(content) >= _LEAST_PACKED else None


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix
