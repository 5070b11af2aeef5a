"""Users on the page: who is logged in, and that each role is offered what it may do, and nothing else."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from mqtt_plot.web.auth.passwords import hash_password
from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Faults, Windows

PASSWORD = "correct horse"
LogIn = Callable[[Bridge, str], Awaitable[Page]]


@pytest.fixture
def log_in(windows: Windows) -> LogIn:
    """A function that opens the page as a user, by the form that a person sees."""

    async def log_in(bridge: Bridge, name: str) -> Page:
        page = await windows.open(bridge.url, (1440, 900))
        await page.get_by_label("User").fill(name)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("button", name="User", exact=True)).to_contain_text(name)
        return page

    return log_in


@pytest.fixture
def bridge(start_bridge: StartBridge, tmp_path: Path) -> Bridge:
    """With a user of each role, a tag, a note of the admin's and a folder for recordings."""
    hashed = hash_password(PASSWORD)
    users = tmp_path / "users.txt"
    users.write_text("".join(f"{role}-user:{role}:{hashed}\n" for role in ("view", "write", "admin")))
    folder = tmp_path / "recordings"
    folder.mkdir()
    bridge = start_bridge("--broker", "none", "--users-file", str(users), "--recordings", str(folder))
    bridge.request("POST", "login", data={"user": "admin-user", "password": PASSWORD}, allow_redirects=False)
    bridge.post("api/v1/samples", {"tag": "line/temp", "value": 21.5, "unit": "°C"})
    bridge.request("PUT", "api/v1/limits?tag=line/temp", json={"hi": 80})
    bridge.post("api/v1/notes", {"text": "Filter changed"})
    return bridge


OFFERED = {
    "view-user": [],
    "write-user": ["new note", "record", "replay"],
    "admin-user": ["limit", "new trigger", "new note", "change a note", "record", "replay"],
}


@pytest.mark.parametrize("name", list(OFFERED))
async def test_each_role_is_offered_what_it_may_do(bridge: Bridge, log_in: LogIn, name: str) -> None:
    """Who may not change a limit reads it; who may not write is shown no form that would be refused."""
    page = await log_in(bridge, name)
    await page.get_by_role("checkbox", name="line/temp", exact=True).set_checked(True)
    offered = {}
    await page.keyboard.press("m")
    limits = page.get_by_role("region", name="Limits", exact=True)
    await limits.locator("summary", has_text="line/temp").click()
    await expect(limits.locator("details[open] .fields")).to_be_visible()
    offered["limit"] = await limits.get_by_role("textbox").count()
    await page.keyboard.press("t")
    await expect(page.get_by_role("region", name="Captures")).to_be_visible()
    offered["new trigger"] = await page.get_by_role("region", name="New trigger").count()
    await page.keyboard.press("w")
    await expect(page.get_by_role("region", name="Notes").get_by_role("listitem")).to_be_visible()
    offered["new note"] = await page.get_by_role("region", name="New note").count()
    offered["change a note"] = await page.get_by_role("button", name="Delete the note").count()
    await page.keyboard.press("r")
    await expect(page.get_by_role("region", name="Recordings")).to_be_visible()
    offered["record"] = await page.get_by_role("region", name="New recording").count()
    offered["replay"] = await page.get_by_role("button", name="Replay").count()
    assert [what for what, count in offered.items() if count > 0] == OFFERED[name]


async def test_logging_out_ends_the_picture_everywhere(
    bridge: Bridge, log_in: LogIn, windows: Windows, faults: Faults
) -> None:
    """The page goes to the form; another window of that login says so, and leads back."""
    page = await log_in(bridge, "view-user")
    other = await windows.open(bridge.url, storage_state=await page.context.storage_state())
    await expect(other.get_by_role("status").first).to_contain_text("REST only")
    faults.expect("401", "HTTP Authentication failed")
    await page.get_by_role("button", name="User", exact=True).click()
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    await expect(other.get_by_role("alert")).to_contain_text("Logged out")
    await other.get_by_role("link", name="Log in").click()
    await expect(other.get_by_role("heading", name="Log in")).to_be_visible()


async def test_who_looks_without_a_login_may_log_in(start_bridge: StartBridge, page: Page, tmp_path: Path) -> None:
    """With `*:view:` the page opens for everybody, and offers the form."""
    users = tmp_path / "users.txt"
    users.write_text(f"anna:write:{hash_password(PASSWORD)}\n*:view:\n")
    bridge = start_bridge("--broker", "none", "--users-file", str(users))
    await page.goto(bridge.url)
    await page.get_by_role("button", name="User", exact=True).click()
    await page.get_by_role("link", name="Log in").click()
    await page.get_by_label("User").fill("anna")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("button", name="User", exact=True)).to_contain_text("anna")
