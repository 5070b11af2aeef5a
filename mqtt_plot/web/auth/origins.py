"""Whether a request comes from a page of another site. Knows nothing of users.

The check is ours, so that it does not hang on the version of a library.
"""

from tornado.httputil import HTTPServerRequest

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_cross_site(request: HTTPServerRequest) -> bool:
    """Return True if a page of another site makes a browser send a request that changes something, or opens a WebSocket.

    Browsers say so in Sec-Fetch-Site (Fetch Metadata, section 2.3), or, older ones and those that speak http, in Origin (RFC 6454,
    section 7). What has neither comes from no browser.
    """
    headers = request.headers
    if request.method in _SAFE_METHODS and headers.get("Upgrade", "").lower() != "websocket":
        return False
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and not _is_ours(origin, request.host)


def _is_ours(origin: str, host: str) -> bool:
    scheme, _, place = origin.lower().partition("://")
    default = _DEFAULT_PORTS.get(scheme, "")
    return bool(place) and place.removesuffix(default) == host.lower().removesuffix(default)
