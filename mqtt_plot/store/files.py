"""Files on a disk that others use too: replaced whole or not at all, and opened only where they are plain files. Blocks: use a thread."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


class FreshFile:
    """A file written beside `path`. `settle` puts it in its place, so that a power cut leaves the old one or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fresh = path.with_name(path.name + ".new")
        self._file = self._fresh.open("wb")

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def settle(self) -> None:
        """Have all of it on the disk, and only then let it take the old one's place."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._fresh.replace(self._path)

    def drop(self) -> None:
        """Let the old file stay."""
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


def open_plain(path: Path) -> BinaryIO:
    """Open a file to read: no link out of its folder, no pipe that would keep us waiting. Raises OSError.

    What is no file counts as not there: FileNotFoundError.
    """
    file = os.fdopen(
        os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=64 * 1024
    )
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(path.name)
    return file
