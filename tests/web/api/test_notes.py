"""Notes over REST and MQTT: who may write them, and what they may hold."""

import json
from collections.abc import Callable
from datetime import UTC

import pytest

from mqtt_plot.ingest.notes import MAX_NOTES, NoteList
from mqtt_plot.samples import Message
from mqtt_plot.web.auth.passwords import hash_token
from tests.support.site import NOW, Site, decoded, error_code

StartSite = Callable[..., Site]
NOTES_ZONE = UTC


def publish(site: Site, payload: bytes, *, is_retained: bool = False) -> None:
    site.services.ingest.accept_messages([Message("plot/$note", payload, NOW, is_retained)])


async def test_a_note_is_written_read_changed_and_deleted(site: Site) -> None:
    """At a time or over a stretch, for some tags or all."""
    made = await site.post(
        {"text": "Filter\nchanged", "time": NOW - 60, "end": NOW - 30, "tags": ["line1/*"]}, "/api/v1/notes"
    )
    await site.post({"text": "Shift B"}, "/api/v1/notes")
    everything = decoded(await site.get("/api/v1/notes"))
    of_tag = decoded(await site.get("/api/v1/notes", {"tag": "line2/x"}))
    earlier = decoded(await site.get("/api/v1/notes", {"start": str(NOW - 50), "end": str(NOW - 40)}))
    changed = decoded(
        await site.request("PUT", "/api/v1/notes/1", '{"text": "Pump changed", "time": "2023-11-14T22:13:20Z"}')
    )
    gone = await site.request("DELETE", "/api/v1/notes/2")
    first = {"id": 1, "text": "Filter\nchanged", "time": NOW - 60, "end": NOW - 30, "tags": ["line1/*"], "author": ""}
    second = {"id": 2, "text": "Shift B", "time": NOW, "end": None, "tags": [], "author": ""}
    assert (made.code, everything, of_tag, earlier, changed["time"], gone.code) == (
        201, [first, second], [second], [first], NOW, 204
    )  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        [], {}, {"text": ""}, {"text": "x" * 1001}, {"text": "x" * 200_000}, {"text": 1}, {"text": "\x07"},
        {"text": "a", "time": "x"}, {"text": "a", "time": 1}, {"text": "a", "end": NOW - 5}, {"text": "a", "tags": "x"}, {"text": "a", "x": 1},
        {"text": "a", "author": "xx" * 33},
    ],
)  # fmt: skip
async def test_a_note_that_makes_no_sense_is_refused(site: Site, fields: object) -> None:
    """400, and nothing is kept."""
    answer = await site.post(json.dumps(fields), "/api/v1/notes")
    assert (answer.code, error_code(answer) in ("bad_note", "bad_tags"), len(site.services.ingest.notes)) == (
        400,
        True,
        0,
    )


async def test_markup_is_text(site: Site) -> None:
    """It comes back as it was written; what shows it shows text."""
    text = "<img src=x onerror=alert(1)> & \u202e"
    await site.post({"text": text}, "/api/v1/notes")
    assert decoded(await site.get("/api/v1/notes/1"))["text"] == text


async def test_a_program_notes_over_mqtt(site: Site) -> None:
    """Text or JSON; a retained one would come again at every connection, so it is refused, as is what makes no sense."""
    publish(site, "Charge 4711 läuft".encode())
    publish(site, b'{"text": "CIP", "time": 1700000000, "end": 1700000100, "author": "MES"}')
    publish(site, b"x", is_retained=True)
    publish(site, b'{"text": ""}')
    publish(site, b"\xff")
    notes = [(note.text, note.end, note.author) for note in site.services.ingest.notes]
    assert (notes, site.counters.as_dict()) == (
        [("Charge 4711 läuft", None, ""), ("CIP", NOW + 100, "MES")],
        {
            "messages_described": 2, "messages_received": 5, "messages_rejected.bad_note": 1,
            "messages_rejected.bad_utf8": 1, "messages_rejected.retained_note": 1,
        },
    )  # fmt: skip


async def test_notes_are_bounded(site: Site) -> None:
    """The one too many is refused: people's words are not thrown away."""
    for i in range(MAX_NOTES):
        site.services.ingest.notes.add({"text": str(i)}, NOW)
    answer = await site.post({"text": "one more"}, "/api/v1/notes")
    assert (answer.code, error_code(answer)) == (503, "notes_full")


async def test_only_its_author_or_an_admin_changes_a_note(start_site: StartSite) -> None:
    """The author is who has logged in, whatever the note says; who may only view writes none."""
    users = ("view:view", "anna:write", "ben:write", "root:admin")
    site = start_site(users="\n".join(f"{user}:{hash_token(user)}" for user in users))

    async def ask(user: str, method: str, path: str, text: str = "x") -> int:
        headers = {"Authorization": f"Bearer {user}"}
        body = json.dumps({"text": text, "author": "somebody else"}) if method != "DELETE" else None
        return (await site.request(method, path, body, headers)).code

    codes = [
        await ask("view:view", "POST", "/api/v1/notes"),
        await ask("anna:write", "POST", "/api/v1/notes"),
        await ask("ben:write", "PUT", "/api/v1/notes/1", "y"),
        await ask("anna:write", "PUT", "/api/v1/notes/1", "z"),
        await ask("ben:write", "DELETE", "/api/v1/notes/1"),
        await ask("root:admin", "PUT", "/api/v1/notes/1", "admin"),
    ]
    (note,) = site.services.ingest.notes
    assert (codes, note.author, note.text) == ([403, 201, 403, 200, 403, 200], "anna", "admin")


def test_notes_outlast_a_restart() -> None:
    """With their numbers and authors."""
    before, after = (NoteList(lambda: NOTES_ZONE) for _ in range(2))
    before.add({"text": "a", "tags": ["x"], "end": NOW + 1}, NOW, "anna")
    after.restore(json.loads(json.dumps(before.dump())))
    assert [note.to_json() for note in after] == [note.to_json() for note in before]
