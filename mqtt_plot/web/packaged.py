"""Files that are part of the package, which lies in a folder or in the bundle's archive."""

from importlib.resources.abc import Traversable
from pathlib import Path
from pkgutil import resolve_name


def packaged(name: str) -> Traversable:
    """Return a file or folder of ours, `name` from the package on. What reads archives is loaded only for one: it takes a MiB."""
    path = Path(__file__).parent.parent / name
    if path.exists():
        return path
    root: Traversable = resolve_name("importlib.resources:files")("mqtt_plot")
    return root.joinpath(name)
