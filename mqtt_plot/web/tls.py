"""Our own certificate; refuses to know the broker's."""

import ssl

from mqtt_plot.errors import SettingsError


def server_context(cert_file: str, key_file: str) -> ssl.SSLContext:
    """Return a context that proves who we are, TLS 1.2 or later. Raises SettingsError for files that do not fit."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert_file, key_file or None, password=_no_password)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        files = f"{cert_file} with {key_file}" if key_file else cert_file
        raise SettingsError(
            f"--tls-cert, --tls-key: expected PEM files that belong together, got {files}: {reason}"
        ) from None
    return context


def _no_password() -> str:
    """Never ask on a terminal: nobody sits there."""
    raise ValueError("a key with a password")
