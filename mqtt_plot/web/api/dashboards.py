"""Dashboards over REST: list, read, save, delete. web.dashboard_files keeps them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import ClassVar, ParamSpec, TypeVar

from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import refusals

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class DashboardsHandler(BaseHandler):
    """GET: the names of all dashboards."""

    async def get(self) -> None:
        dashboards = self.services.dashboards
        entries = await _ask(dashboards.entries)
        self.write_json({"enabled": dashboards.path is not None, "dashboards": [asdict(entry) for entry in entries]})


class DashboardHandler(BaseHandler):
    """GET, PUT and DELETE: one dashboard. Who may send samples may also save: people who work on the line do both."""

    roles: ClassVar[Mapping[str, Role]] = {**BaseHandler.roles, "PUT": Role.WRITE, "DELETE": Role.WRITE}

    async def get(self, name: str) -> None:
        body = await _ask(self.services.dashboards.read, name)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.write(body)

    async def put(self, name: str) -> None:
        is_new = await _ask(self.services.dashboards.write, name, self.request.body)
        self.set_status(HTTPStatus.CREATED if is_new else HTTPStatus.OK)
        self.write_json({"name": name})

    async def delete(self, name: str) -> None:
        await _ask(self.services.dashboards.delete, name)
        self.set_status(HTTPStatus.NO_CONTENT)


async def _ask(ask: Callable[_Given, _Answer], *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
    """Call `ask` on a thread, since the disk may be slow. Raises RefusedError."""
    with refusals():
        return await asyncio.to_thread(ask, *args, **kwargs)
