"""The tags of one replay. It makes them, and clears only those."""

from mqtt_plot.errors import ReplayError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.store.series import Series
from mqtt_plot.tags import check_tag


class ReplayTags:
    """The tags of one replay: `prefix` before each column's name. Those it made are its own, and only those may it clear.

    So a replay can never wipe out or mix with what a device sends.
    """

    def __init__(self, ingest: Ingest, prefix: str, owned: dict[str, Series]) -> None:
        self.names: list[str] = []
        self._store = ingest.store
        self._prefix = prefix
        self._owned = owned  # shared by all replays: a tag and the series that a replay made for it
        self._known: dict[str, str] = {}  # column → tag

    def open(self, column: str) -> str:
        """Return the tag for `column`, made empty where it is new here. Raises PayloadError, StoreFullError, ReplayError."""
        known = self._known.get(column)
        if known is not None:
            if known not in self._store:  # somebody has deleted it meanwhile
                self._owned[known] = self._store.open(known)
            return known
        tag = check_tag(self._prefix + column)
        self._free(tag)
        self._owned[tag] = self._store.open(tag)
        self.names.append(tag)
        self._known[column] = tag
        return tag

    def _free(self, tag: str) -> None:
        series = self._store.get(tag)
        if series is None:
            return
        if self._owned.get(tag) is not series:
            raise ReplayError("tag_in_use", f"the tag {tag!r:.80} has live data; give the replay a prefix of its own")
        self._store.delete(tag)

    def clear(self) -> None:
        """Forget all points of the tags, for a pass that begins again."""
        for tag in self.names:
            if self._store.get(tag) is self._owned.get(tag):
                self._store.delete(tag)
                self._owned[tag] = self._store.open(tag)
