"""The exceptions that cross module borders; knows nothing of who raises or catches them."""

_SHOWN = 40


def shown(value: object) -> str:
    """Return `value` as the "got" of a message shows it: short, on one line, and safe however deep or long it is."""
    match value:
        case dict():
            return "an object"
        case list():
            return "an array"
        case str():
            return repr(value[:_SHOWN]) + ("…" if len(value) > _SHOWN else "")
        case _:
            text = repr(value)
            return text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")


class MqttPlotError(Exception):
    """Base of all errors that carry a message written for a person."""


class CodedError(MqttPlotError):
    """An error with a word for programs.

    `code` is one of a fixed vocabulary: it labels counters, so it never holds text from outside. The message says what was expected, what
    came, and what to do.
    """

    position: int | None = None  # the character of a text, from 0, where it was seen

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PayloadError(CodedError):
    """A message cannot become samples."""

    names: tuple[str, ...] = ()  # of the columns of a table, where they are known


class StoreFullError(MqttPlotError):
    """The tag limit is reached: a new tag is refused so that noise cannot push out real data."""

    code = "tags_full"


class UnknownTagError(MqttPlotError):
    """No series has this tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"no such tag: {tag!r:.120}; GET /api/v1/tags lists the tags that exist")
        self.tag = tag


class ProtocolError(MqttPlotError):
    """A WebSocket client sent a control frame that docs/protocol.md does not have; `request` is the number of the one that it answers."""

    request: int | None = None


class SettingsError(MqttPlotError):
    """A wrong option, file or value; the command ends with one line and exit status 2."""


class SourceError(MqttPlotError):
    """A source (broker, replay, demo) cannot start; the message says why and what to do."""


class RecordingError(MqttPlotError):
    """A file cannot be replayed; the message says why and what to do."""

    names: tuple[str, ...] = ()  # of its columns, where they are known


class RowError(MqttPlotError):
    """One row of a recording cannot be used, or not wholly; the rows after it can. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class ReplayError(CodedError):
    """A replay cannot be started as asked."""


class DashboardError(CodedError):
    """A dashboard cannot be read, saved or deleted."""


class WatchError(CodedError):
    """A trigger, capture, note or recording cannot be made as asked."""


class ExpressionError(WatchError):
    """An expression cannot be read; `position` is the character, from 0, where that was seen."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__("bad_expression", f"{message} (character {position + 1})")
        self.position = position


class PeerError(MqttPlotError):
    """Another bridge does not answer, or not as a bridge does."""
