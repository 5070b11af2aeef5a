"""The headers of every answer: what browsers may do with it. Refuses to know requests."""

from collections.abc import Mapping, Sequence

SECURITY_HEADERS = {
    # Scripts, data and images from here only; inline styles and blob images are what plotly needs.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers then send Origin "null" with forms, also with our own login.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def default_headers(framers: Sequence[str] = ()) -> Mapping[str, str]:
    """Return the headers; `framers` are the origins (or 'self') whose pages may show ours in a frame (CSP Level 3, 6.4.2)."""
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    if framers:
        allowed = " ".join("'self'" if origin == "self" else origin for origin in framers)
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {allowed}")
    return {"Cache-Control": "no-store", **SECURITY_HEADERS, "Content-Security-Policy": policy}
