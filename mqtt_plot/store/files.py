"""Files on a disk that others use too: replaced whole or not at all, and opened only where they are plain files. Blocks: use a thread."""

import fcntl
import logging
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import IO, BinaryIO

from mqtt_plot.errors import SourceError

log = logging.getLogger(__name__)


class FreshFile:
    """A file written beside `path`. `settle` puts it in its place, so that a power cut leaves the old one or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fresh = path.with_name(path.name + ".new")
        self._file = self._fresh.open("wb")

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def settle(self) -> None:
        """Write all of it to the disk, and only then replace the old file."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._fresh.replace(self._path)

    def drop(self) -> None:
        """Delete the new file; the old one stays."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._fresh.unlink(missing_ok=True)


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Replace a file by one of these pieces. Raises OSError, and then the old one stays."""
    fresh = FreshFile(path)
    try:
        for piece in pieces:
            fresh.write(piece)
        fresh.settle()
    except BaseException:
        fresh.drop()
        raise


def lock(file: IO[bytes] | FileIO) -> None:
    """Keep others from locking an open file, until it is closed or the process ends. Raises BlockingIOError where somebody has.

    A file system without locks, as of some network shares, keeps nobody off.
    """
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError as error:
        log.warning("cannot lock %s: %s; see to it that no other program writes there", file.name, error.strerror)


class Claim:
    """That what we write is ours alone, until the process ends: a lock on `.NAME.lock` beside a file, or in a folder.

    Raises SourceError where another bridge has it. What cannot be written to needs no claim.
    """

    def __init__(self, path: Path, option: str) -> None:
        beside = path / ".mqtt-plot.lock" if path.is_dir() else path.with_name(f".{path.name}.lock")
        self._file: FileIO | None = None
        try:
            self._file = FileIO(beside, "a+")
            lock(self._file)
        except BlockingIOError:
            self.release()
            raise SourceError(
                f"{option} {path}: another bridge writes there; give each its own, or stop the other one"
            ) from None
        except OSError as error:
            log.debug("no claim on %s: %s", path, error.strerror)

    def release(self) -> None:
        """Let others have it. Safe to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None


def open_plain(path: Path) -> BinaryIO:
    """Open a file to read: no symbolic link, and no pipe, which could block. Raises OSError.

    What is no file counts as not there: FileNotFoundError.
    """
    file = os.fdopen(
        os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=64 * 1024
    )
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(path.name)
    return file
