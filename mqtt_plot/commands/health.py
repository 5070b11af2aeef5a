"""`mqtt-plot health`: asks a running bridge whether it is ready and prints its answer, for a container's health check."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from mqtt_plot.config.loading import load
from mqtt_plot.config.settings import Settings
from mqtt_plot.errors import SettingsError, SourceError

# Less than the 5 s that the image gives its health check.
ANSWER_SECONDS = 4.0
_LONGEST_ANSWER = 4096
# A bridge on all addresses is asked at the loopback.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Ask the bridge that the same options would start whether it is ready. Raises SettingsError and SourceError."""
    settings = load(arguments, environment, "health", "Ask the running bridge whether it is ready.")
    print(ask(address(settings)))  # noqa: T201 - the answer to the question


def address(settings: Settings) -> str:
    """Return where the bridge that `settings` describe is found from its own machine. Raises SettingsError for port 0."""
    if not settings.port:
        raise SettingsError("--port: expected the bridge's port, got 0, which is a free one that only the bridge knows")
    host = _LOOPBACK.get(settings.host, settings.host)
    scheme = "https" if settings.tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}{settings.base_path}"


def ask(url: str) -> str:
    """Return what the bridge at `url` says to GET /-/ready. Raises SourceError with its reason, or ours, when it is not ready."""
    try:
        with _opener(url).open(f"{url.rstrip('/')}/-/ready", timeout=ANSWER_SECONDS) as answer:
            return str(answer.read(_LONGEST_ANSWER).decode("utf-8", "replace").strip())
    except urllib.error.HTTPError as error:
        with error:
            reason = error.read(_LONGEST_ANSWER).decode("utf-8", "replace").strip()
        raise SourceError(f"not ready ({error.code}): {reason}") from None
    except OSError as error:  # URLError and a time-out are OSErrors
        raise SourceError(f"no answer from {url}: {getattr(error, 'reason', error)}; is the bridge running?") from None


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Return an opener that knows no proxy. It trusts any certificate: it asks its own machine, and sends no secret."""
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if urlsplit(url).scheme == "https":
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        handlers.append(urllib.request.HTTPSHandler(context=context))
    return urllib.request.build_opener(*handlers)
