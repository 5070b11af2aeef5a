"""The two files that install without internet: mqtt-plot.pyz and the Debian package."""

import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from mqtt_plot import __version__
from tests.support.processes import ROOT, Program, find_program

CONFIG = "etc/mqtt-plot.toml"
LARGEST = 3_000_000


def build(folder: Path) -> Path:
    """Make both files in `folder`."""
    command: list[str | Path] = [sys.executable, ROOT / "packaging/bundle/build.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both files."""
    return build(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def archive(built: Path) -> Path:
    return built / "mqtt-plot.pyz"


@pytest.fixture(scope="module")
def package(built: Path) -> Path:
    return built / f"mqtt-plot_{__version__}_all.deb"


def test_one_small_file_for_every_processor(archive: Path) -> None:
    """Three megabytes at most, and nothing in it is compiled."""
    with zipfile.ZipFile(archive) as held:
        compiled = [
            name
            for name in held.namelist()
            if not held.getinfo(name).is_dir() and name.endswith((".so", ".pyd", ".pyc"))
        ]
    assert (archive.stat().st_size <= LARGEST, compiled) == (True, [])


def test_it_holds_the_licences_of_what_it_bundles(archive: Path) -> None:
    """Each dependency asks for that."""
    with zipfile.ZipFile(archive) as held:
        names = [name for name in held.namelist() if "LICENSE" in name.upper()]
    holders = {name.split("-")[0].partition("/")[0] for name in names}
    assert {"LICENSE", "paho_mqtt", "tornado", "python_dateutil"} - holders == set()


def test_equal_sources_give_equal_files(built: Path, tmp_path: Path) -> None:
    """Who builds it anew can tell whether it is the same."""
    again = build(tmp_path)
    assert [file.read_bytes() for file in sorted(again.iterdir())] == [
        file.read_bytes() for file in sorted(built.iterdir())
    ]


def test_the_file_alone_is_the_demo_with_its_page(archive: Path) -> None:
    """On a Python without any package (-S): the page, its description, and moving values; no broker is needed."""
    command: list[str | Path] = [sys.executable, "-S", "-E", archive, "demo", "--host", "127.0.0.1", "--port", "0"]
    program = Program(command, {"PYTHONPATH": ""})
    try:
        url = program.wait_for(r"page on (http://\S+)")[1]
        program.wait_for("the plant feeds the bridge itself")
        answers = {}
        for path in ("", "api/v1/openapi.json", "api/v1/status"):
            with urllib.request.urlopen(url + path, timeout=10) as answer:
                answers[path] = answer.read().decode()
    finally:
        program.stop()
    assert '<div id="app">' in answers[""]
    assert json.loads(answers["api/v1/openapi.json"])["info"]["version"] == __version__
    assert json.loads(answers["api/v1/status"])["counters"].keys() >= {"http_answers.2xx"}
    assert "Traceback" not in program.log


def test_an_old_python_is_told_what_is_needed(archive: Path) -> None:
    """In one line, not by a traceback of the first thing that it does not know."""
    pretend = f"import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path({str(archive)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "mqtt-plot: expected Python 3.11 or later, this is 3.9; Debian 12 has it\n",
    )


def test_the_service_that_it_installs_runs_this_file(archive: Path) -> None:
    """`install-service` of an archive names the archive, with the Python that runs it."""
    command: list[str | Path] = [sys.executable, "-S", archive, "install-service", "--dry-run", "--broker", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"ExecStart={sys.executable} {archive} serve --broker none\n" in done.stdout


class Root:
    """A file system of its own for dpkg, whose scripts see it as DPKG_ROOT."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "var/lib/dpkg/updates").mkdir(parents=True)
        (folder / "var/lib/dpkg/info").mkdir()
        (folder / "var/lib/dpkg/status").touch()

    def dpkg(self, *words: str | Path) -> str:
        """Run dpkg on it; python3 is not looked for, as there is none in it. A question gets no answer: the user's file stays."""
        options = [
            "--force-script-chrootless",
            "--force-depends",
            "--force-confdef",
            "--force-confold",
            "--force-not-root",
        ]
        command: list[str | Path] = [
            find_program("dpkg"),
            f"--root={self.folder}",
            f"--log={self.folder}/log",
            *options,
            *words,
        ]
        environment = {
            **os.environ,
            "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def files(self) -> set[str]:
        """Return the files in it, without dpkg's own."""
        found = {
            str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file() or path.is_symlink()
        }
        return {name for name in found if not name.startswith(("var/lib/dpkg/", "log"))}


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path / "root")


def test_the_package_installs_program_service_and_configuration(root: Root, package: Path) -> None:
    """The program is the archive; the service is enabled, and is the one that install-service writes."""
    root.dpkg("-i", package)
    assert root.files() >= {"usr/bin/mqtt-plot", "usr/lib/systemd/system/mqtt-plot.service", CONFIG}
    assert "etc/systemd/system/multi-user.target.wants/mqtt-plot.service" in root.files()
    command: list[str | Path] = [sys.executable, "-S", root.folder / "usr/bin/mqtt-plot", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"mqtt-plot {__version__}\n"
    service = (root.folder / "usr/lib/systemd/system/mqtt-plot.service").read_text()
    assert (
        "\nExecStart=/usr/bin/mqtt-plot serve --config=%d/config\nLoadCredential=config:/etc/mqtt-plot.toml\n"
        in service
    )


def test_the_shipped_configuration_is_one(root: Root, package: Path) -> None:
    """The bridge takes it, and so it takes each line that is only a comment yet."""
    root.dpkg("-i", package)
    file = root.folder / CONFIG
    lines = [line.removeprefix("# ") if " = " in line else line for line in file.read_text().splitlines()]
    file.write_text("\n".join(lines))
    command: list[str | Path] = [
        sys.executable,
        "-S",
        package.parent / "mqtt-plot.pyz",
        "install-service",
        "--dry-run",
        "--config",
        file,
    ]
    subprocess.run(command, capture_output=True, text=True, check=True)


def newer(package: Path, folder: Path) -> Path:
    """Return a package of a later version that ships another configuration."""
    tool = find_program("dpkg-deb")
    subprocess.run([tool, "-R", package, folder / "tree"], check=True)
    control = folder / "tree/DEBIAN/control"
    control.write_text(control.read_text().replace(f"Version: {__version__}", f"Version: {__version__}+1"))
    config = folder / "tree" / CONFIG
    config.write_text(config.read_text() + '# max-age = "12h"\n')
    subprocess.run(
        [tool, "--root-owner-group", "-b", folder / "tree", folder / "newer.deb"], check=True, capture_output=True
    )
    return folder / "newer.deb"


def test_an_upgrade_keeps_a_configuration_that_was_changed(root: Root, package: Path, tmp_path: Path) -> None:
    """The new one lies beside it."""
    root.dpkg("-i", package)
    (root.folder / CONFIG).write_text('broker = "mqtt://10.0.0.9"\n')
    root.dpkg("-i", newer(package, tmp_path))
    assert (root.folder / CONFIG).read_text() == 'broker = "mqtt://10.0.0.9"\n'
    assert "12h" in (root.folder / f"{CONFIG}.dpkg-dist").read_text()


def test_removed_it_leaves_the_configuration_and_purged_nothing(root: Root, package: Path) -> None:
    """As Debian's own packages do; the points of the state file are gone with `purge` too."""
    root.dpkg("-i", package)
    state = root.folder / "var/lib/private/mqtt-plot/points"
    state.parent.mkdir(parents=True)
    state.touch()
    root.dpkg("-r", "mqtt-plot")
    left = {name for name in root.files() if "deb-systemd-helper" not in name}
    assert {name for name in left if "systemd/system" not in name} == {CONFIG, "var/lib/private/mqtt-plot/points"}
    root.dpkg("-P", "mqtt-plot")
    assert root.files() == set()
