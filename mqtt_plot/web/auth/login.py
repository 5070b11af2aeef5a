"""Logging in and out: a page without script, and the cookie. Knows nothing of what a user may do then."""

import html
import logging
import math
from http import HTTPStatus
from urllib.parse import parse_qs

from mqtt_plot.web.auth.sessions import LIFE_SECONDS
from mqtt_plot.web.base import BaseHandler

log = logging.getLogger(__name__)

_MAX_FIELDS = 4
# The page stands alone: it must work where nothing else may be asked for yet. Inline style is what our policy allows, script is not.
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Log in - mqtt_plot</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style>
body {{ font: 16px system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center }}
form {{ width: min(20rem, calc(100vw - 3rem)); display: grid; gap: .75rem }}
h1 {{ font-size: 1.25rem; margin: 0 }}
label {{ display: grid; gap: .25rem }}
input, button {{ font: inherit; padding: .5rem .6rem; min-height: 2.75rem; box-sizing: border-box; border-radius: 4px }}
input {{ border: 1px solid GrayText; background: Field; color: FieldText }}
button {{ border: 0; background: #0072b2; color: #fff }}
p {{ margin: 0; padding: .5rem .6rem; border-left: 4px solid #d55e00 }}
</style></head><body>
<form method="post" action="login"><h1>Log in to mqtt_plot</h1>{message}
<label>User<input name="user" autocomplete="username" autocapitalize="none" required autofocus value="{user}"></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button></form></body></html>
"""


class LoginHandler(BaseHandler):
    """GET: the form. POST: a session, or the form again with what is wrong."""

    queries = None

    is_public = True

    def get(self) -> None:
        self.write_page()

    async def post(self) -> None:
        access = self.services.access
        address = self.address
        user, password = self.field("user"), self.field("password")
        wait = access.lockout.wait(address, user, access.clock())
        if wait > 0:
            self.refuse(HTTPStatus.TOO_MANY_REQUESTS, "locked_out", user, f"Too many failed logins; wait {wait:.0f} s.")
            self.set_header("Retry-After", str(math.ceil(wait)))
            return
        # Noted before the check, which takes a while: tries sent all at once must not all be the first.
        access.lockout.failed(address, user, access.clock())
        try:
            cookie = await access.log_in(user, password, address)
        except BlockingIOError:
            self.refuse(HTTPStatus.TOO_MANY_REQUESTS, "busy", user, "Too many logins at once; try again.")
            return
        if cookie is None:
            self.refuse(HTTPStatus.UNAUTHORIZED, "wrong_password", user, "User or password is wrong.")
            return
        access.lockout.succeeded(address, user)
        self.services.counters.add("logins")
        log.info("%s logged in from %s", user, address)
        self.set_cookie(
            access.cookie,
            cookie,
            max_age=LIFE_SECONDS,
            path=self.services.base_path or "/",
            httponly=True,
            secure=access.came_by_tls(self.request),
            samesite="Lax",
        )
        self.redirect("./", status=HTTPStatus.SEE_OTHER)

    def field(self, name: str) -> str:
        """Return a field of the form, "" where it is not in it."""
        try:
            fields = parse_qs(self.request.body.decode(errors="replace"), max_num_fields=_MAX_FIELDS)
        except ValueError:
            return ""
        return fields.get(name, [""])[0]

    def refuse(self, status: HTTPStatus, code: str, user: str, message: str) -> None:
        """Show the form again; count and log the failure."""
        self.set_status(status)
        self.note_refusal(code, message)
        self.write_page(user, message)

    def write_page(self, user: str = "", message: str = "") -> None:
        said = f'<p role="alert">{html.escape(message)}</p>' if message else ""
        self.write_text(_PAGE.format(message=said, user=html.escape(user[:100])), "text/html; charset=utf-8")


class LogoutHandler(BaseHandler):
    """POST: end the session for good, and the WebSockets that were opened in it."""

    queries = None

    is_public = True

    def post(self) -> None:
        access = self.services.access
        cookie = access.cookie_of(self.request)
        access.sessions.close(cookie)
        self.services.live.review()
        self.clear_cookie(access.cookie, path=self.services.base_path or "/")
        self.redirect("login", status=HTTPStatus.SEE_OTHER)
