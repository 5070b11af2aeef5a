"""Makes the two files that install without internet: mqtt-plot.pyz, which Python 3.11 runs as it is, and a Debian package around it.

    python packaging/bundle/build.py FOLDER

Takes package, page and dependencies from the environment that runs it (`make bundle`), without their compiled parts, which all have a
replacement in Python: one file for every processor. Equal sources give equal bytes. Needs dpkg-deb for the package.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipapp
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from mqtt_plot import __version__
from mqtt_plot.commands.install_service import unit

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PAGE = ROOT / "mqtt_plot" / "static" / "index.html"
# What is in the packages and nobody runs.
_LEFT_OUT = re.compile(
    r"(^|/)(__pycache__|test|tests)/|\.(so|pyd|pyi|dll)$|(^|/)(RECORD|INSTALLER|REQUESTED|direct_url\.json)$|^\.\./"
)
# The first day that a zip archive knows; an archive must not differ by the day it was made on.
_DAY = 315_532_800
_CONFIG = "/etc/mqtt-plot.toml"


def main(folder: Path) -> None:
    """Write both files into `folder`."""
    if not PAGE.is_file():
        sys.exit("expected the built page in mqtt_plot/static, got none; make page builds it")
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(_DAY))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        archive = make_archive(Path(name), folder / "mqtt-plot.pyz")
        print(f"{archive}: {archive.stat().st_size / 1e6:.2f} MB")
    if shutil.which("dpkg-deb") is None:
        print("no Debian package: dpkg-deb is not here")
        return
    with tempfile.TemporaryDirectory() as name:
        package = make_package(Path(name), archive, folder / f"mqtt-plot_{__version__}_all.deb")
        print(f"{package}: {package.stat().st_size / 1e6:.2f} MB")


def dependencies(name: str) -> list[str]:
    """Return what a distribution needs to run, and what that needs, each once."""
    found: dict[str, None] = {}
    for text in distribution(name).requires or ():
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            found |= dict.fromkeys([needed.name, *dependencies(needed.name)])
    return list(found)


def make_archive(tree: Path, target: Path) -> Path:
    """Gather all that the bridge needs in `tree`, and pack it."""
    shutil.copytree(ROOT / "mqtt_plot", tree / "mqtt_plot", ignore=shutil.ignore_patterns("__pycache__"))
    for name in dependencies("mqtt-plot"):
        for file in distribution(name).files or ():
            if not _LEFT_OUT.search(str(file)):
                place = tree / str(file)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), place)
    shutil.copyfile(ROOT / "LICENSE", tree / "LICENSE")
    shutil.copyfile(HERE / "__main__.py", tree / "__main__.py")
    for path in tree.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (_DAY, _DAY))
    zipapp.create_archive(tree, target, interpreter="/usr/bin/env python3", compressed=True)
    return target


def make_package(tree: Path, archive: Path, target: Path) -> Path:
    """Lay out a Debian package around the archive, and build it."""
    put(tree / "usr/bin/mqtt-plot", archive.read_bytes(), executable=True)
    service = unit(["/usr/bin/mqtt-plot"], ["--config", _CONFIG])
    put(tree / "usr/lib/systemd/system/mqtt-plot.service", service.encode())
    put(tree / _CONFIG.lstrip("/"), (HERE / "debian" / "mqtt-plot.toml").read_bytes())
    put(tree / "usr/share/doc/mqtt-plot/copyright", copyright_text().encode())
    for script in ("postinst", "prerm", "postrm"):
        put(tree / "DEBIAN" / script, (HERE / "debian" / script).read_bytes(), executable=True)
    put(tree / "DEBIAN/conffiles", f"{_CONFIG}\n".encode())
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    control = (HERE / "debian" / "control").read_text(encoding="utf-8")
    put(tree / "DEBIAN/control", control.format(version=__version__, size=size).encode())
    tree.chmod(0o755)
    command = ["dpkg-deb", "--root-owner-group", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target


def put(path: Path, content: bytes, *, executable: bool = False) -> None:
    """Write one file of the package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IROTH | (0o111 if executable else 0))


def copyright_text() -> str:
    """Return the licences of all that is in the package; the texts of the dependencies lie in the archive beside their code."""
    parts = [
        (ROOT / "LICENSE").read_text(encoding="utf-8"),
        "Bundled in /usr/bin/mqtt-plot, a zip archive that holds their licences:",
    ]
    for name in dependencies("mqtt-plot"):
        meta = distribution(name).metadata
        licence = meta.get("License-Expression") or meta.get("License") or "see the archive"
        parts.append(f"{meta['Name']} {meta['Version']}: {licence.splitlines()[0]}")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - its own name, and the folder
        sys.exit("usage: python packaging/bundle/build.py FOLDER")
    main(Path(sys.argv[1]))
