"""Dashboards: named layouts of the page, one JSON file each in one folder. Knows nothing of what a layout means.

Nothing outside the folder is ever read or written. Files put there by hand count like those that the page saved.
"""

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mqtt_plot.errors import DashboardError, PayloadError
from mqtt_plot.parsers.strict_json import loads
from mqtt_plot.store.files import open_plain, write_whole

SUFFIX = ".json"
MAX_DASHBOARDS = 200
MAX_BYTES = 64 * 1024  # a page of 24 charts with 40 tags each, in long names
MAX_NAME_BYTES = 120  # with the suffix and a dot less than the 255 that file systems take
# The field that tells a dashboard from other JSON; its value is the version of the format.
MARK = "mqtt_plot_dashboard"


@dataclass(frozen=True)
class DashboardEntry:
    """A dashboard in the list; `modified` is POSIX seconds."""

    name: str
    bytes: int
    modified: float


class Dashboards:
    """The dashboards of one folder; `path` None means there is no such folder. Blocks on the disk: call it on a thread."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()  # of two who save at the same time, both count against the limit

    def entries(self) -> list[DashboardEntry]:
        """Return what there is, by name; beyond MAX_DASHBOARDS, which only files put there by hand can pass, the first."""
        if self.path is None:
            return []
        try:
            with os.scandir(self.path) as files:
                found = [entry for file in files if (entry := _entry(file)) is not None]
        except OSError as error:
            raise self._fault("read", error) from None
        return sorted(found, key=lambda entry: entry.name)[:MAX_DASHBOARDS]

    def read(self, name: str) -> bytes:
        """Return the JSON text of a dashboard. Raises DashboardError where there is none, or none that can be used."""
        try:
            with open_plain(self._file(name)) as file:
                body = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            raise DashboardError("unknown_dashboard", f"no dashboard {name!r:.160}") from None
        except OSError as error:
            raise self._fault("read", error) from None
        check_dashboard(body)
        return body

    def write(self, name: str, body: bytes) -> bool:
        """Save a dashboard and tell whether it is a new one. Raises DashboardError."""
        path = self._file(name)
        check_dashboard(body)
        with self._lock:
            is_new = not path.exists()
            if is_new and len(self.entries()) >= MAX_DASHBOARDS:
                raise DashboardError(
                    "dashboards_full", f"expected at most {MAX_DASHBOARDS} dashboards; delete one before saving another"
                )
            try:
                write_whole(path, [body])
            except OSError as error:
                raise self._fault("written", error) from None
        return is_new

    def delete(self, name: str) -> None:
        """Forget a dashboard. Raises DashboardError where there is none."""
        try:
            self._file(name).unlink()
        except FileNotFoundError:
            raise DashboardError("unknown_dashboard", f"no dashboard {name!r:.160}") from None
        except OSError as error:
            raise self._fault("deleted", error) from None

    def _file(self, name: str) -> Path:
        if self.path is None:
            raise DashboardError("no_dashboards", "there is no folder of dashboards; --dashboards FOLDER names one")
        return self.path / (check_name(name) + SUFFIX)

    def _fault(self, what: str, error: OSError) -> DashboardError:
        return DashboardError("disk", f"the dashboard cannot be {what}: {error.strerror or error}")


def check_name(name: str) -> str:
    """Return `name` if it can be a dashboard's: it is also its file's, so it holds nothing that leads elsewhere. Raises DashboardError."""
    size = len(name.encode("utf-8", "surrogatepass"))
    is_good = 0 < size <= MAX_NAME_BYTES and name.isprintable() and name == name.strip() and not name.startswith(".")
    if not is_good or "/" in name or "\\" in name:
        raise DashboardError(
            "bad_name",
            f"expected a name of 1 to {MAX_NAME_BYTES} bytes without / and \\, not beginning with a dot or blank, got {name!r:.160}",
        )
    return name


def check_dashboard(body: bytes) -> None:
    """Raise DashboardError unless `body` is a dashboard of a version that we know."""
    if len(body) > MAX_BYTES:
        raise DashboardError("too_large", f"expected a dashboard of at most {MAX_BYTES} bytes, got {len(body)}")
    try:
        layout = loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DashboardError("bad_dashboard", "expected UTF-8 text") from None
    except PayloadError as error:
        raise DashboardError("bad_dashboard", str(error)) from None
    if not isinstance(layout, dict) or layout.get(MARK) != 1:
        raise DashboardError("bad_dashboard", f'expected a dashboard, a JSON object with "{MARK}": 1')


def _entry(file: os.DirEntry[str]) -> DashboardEntry | None:
    name = file.name.removesuffix(SUFFIX)
    with suppress(DashboardError, OSError):
        if name != file.name and check_name(name) and file.is_file(follow_symlinks=False):
            status = file.stat(follow_symlinks=False)
            return DashboardEntry(name, status.st_size, status.st_mtime)
    return None
