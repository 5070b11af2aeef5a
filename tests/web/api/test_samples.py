"""CSV over REST: tables as samples, and the upload of a file."""

import asyncio
import json
import math

import pytest

from tests.support.site import NOW, Site, decoded, error_code
from tests.support.waiting import until

CSV = {"Content-Type": "text/csv"}
FILE = "time,press/force,press/mode\n" + "".join(
    f"{NOW - 3_600 + n},{n / 4},{'RUN' if n % 2 else 'STOP'}\n" for n in range(3_000)
)


def form(*files: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a form with files, as browsers and curl send it."""
    part = '--xx\r\nContent-Disposition: form-data; name="file"; filename="run.csv"\r\nContent-Type: text/csv\r\n\r\n{}\r\n'
    body = "".join(part.format(file) for file in files) + "--xx--\r\n"
    return body.encode(), {"Content-Type": "multipart/form-data; boundary=xx"}


async def test_a_file_becomes_tags(site: Site) -> None:
    """Each column a tag, words as states, all rows at their times; nothing counts as heard, nothing as a flood."""
    answer = await site.request("POST", "/api/v1/upload", FILE, CSV)
    told = decoded(answer)
    assert (told["accepted"], told["kept"], told["rejected"]) == (6_000, 6_000, [])
    assert told["time"] == {
        "columns": ["time"], "reason": "numbers since 1970", "relative": False, "first": NOW - 3_600, "last": NOW - 601,
    }  # fmt: skip
    assert [(column["name"], column["kind"], column["tag"]) for column in told["columns"]] == [
        ("time", "time", None),
        ("press/force", "number", "press/force"),
        ("press/mode", "words", "press/mode"),
    ]
    force, mode = site.store.find("press/force"), site.store.find("press/mode")
    times, values = force.ring.read(0, 3_000)
    assert (times[0], times[-1], values[-1]) == (NOW - 3_600, NOW - 601, 749.75)
    assert (mode.kind, mode.states, len(mode.ring)) == ("state", ["STOP", "RUN"], 3_000)
    assert math.isnan(force.arrival)
    assert site.counters.get("samples_conflated") == 0


async def test_a_file_in_a_form_is_the_same(site: Site) -> None:
    """What `curl -F file=@run.csv` sends."""
    answer = await site.request("POST", "/api/v1/upload?prefix=run7/", *form(FILE))
    assert decoded(answer)["accepted"] == 6_000
    assert {series.tag for series in site.store} == {"run7/press/force", "run7/press/mode"}


async def test_a_start_shifts_the_file(site: Site) -> None:
    """So that an old run lies under the one that is running."""
    await site.request("POST", f"/api/v1/upload?start={NOW - 10}", "time,a\n0,1\n5,2\n", CSV)
    assert list(site.store.find("a").ring.read(0, 2)[0]) == [NOW - 10, NOW - 5]


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"", CSV, "not_csv"),
        (b"a,b\n1,2\n3,4\n", CSV, "not_csv"),
        (b"PK\x03\x04....", CSV, "not_csv"),
        (*form(), "bad_form"),
        (*form(FILE, FILE), "bad_form"),
        (b"--xx", {"Content-Type": "multipart/form-data; boundary=xx"}, "bad_form"),
    ],
)
async def test_what_is_no_table_is_refused(site: Site, body: bytes, headers: dict[str, str], code: str) -> None:
    """With the reason; it is one message received, and one rejected."""
    answer = await site.request("POST", "/api/v1/upload", body, headers)
    counts = site.counters.get("messages_received"), site.counters.get("messages_rejected", code)
    assert (answer.code, error_code(answer), counts) == (400, code, (1, 1))


NOTED = "when;other;Druck\n" + "".join(f"0{day}/02/2023;2023-0{day}-09;{day},5\n" for day in range(1, 9))


async def test_a_person_may_overrule_what_is_found_out(site: Site) -> None:
    """The column of time, the order of its dates, the decimal mark and the zone; tried without storing anything."""
    asked = "/api/v1/upload?dry_run=true"
    told = decoded(await site.request("POST", asked + "&time=when&date_order=mdy&zone=Europe/Berlin", NOTED, CSV))
    assert (told["time"]["columns"], told["decimal"], told["accepted"]) == (["when"], "comma", 8)
    assert told["time"]["first"] == 1_672_614_000.0  # 2 January in Berlin
    assert len(site.store) == 0
    for wrong in ["time=Druck", "time=none"]:
        answer = await site.request("POST", f"{asked}&{wrong}", NOTED, CSV)
        assert (answer.code, error_code(answer)) == (400, "not_csv")
    for wrong in ["date_order=dym", "zone=Mars", "decimal=;", "dry_run=perhaps"]:
        answer = await site.request("POST", f"/api/v1/upload?{wrong}", NOTED, CSV)
        assert (answer.code, error_code(answer)) == (400, "bad_query")


async def test_a_table_whose_rows_name_their_tags_tells_these(site: Site) -> None:
    """With the points of each; a log is such a table."""
    rows = "".join(f"2023-02-09 10:00:0{n} INFO {'ab'[n % 2]}/press - bar: {n}.5\n" for n in range(5))
    told = decoded(await site.request("POST", "/api/v1/upload?dry_run=true&prefix=x/", rows, CSV))
    assert told["tags"] == {"x/a/press/bar": 3, "x/b/press/bar": 2}


CYCLES = "Cycle;Level\n" + "".join(f"{row};{row % 3}\n" for row in range(9))


@pytest.mark.parametrize(
    "text", [CYCLES, "Day;Level\n04/05/2024;1\n05/05/2024;2\n", "time;note\n1;a b\n2;c d\n3;e f\n"]
)
async def test_a_refused_table_names_its_columns(site: Site, text: str) -> None:
    """So that a person can say which is the time: none was found, or one of two meanings; or nothing is left to draw."""
    answer = await site.request("POST", "/api/v1/upload?dry_run=true", text, CSV)
    assert json.loads(answer.body)["error"]["columns"] == text.split("\n", maxsplit=1)[0].split(";")


async def test_a_file_that_is_only_looked_at_counts_as_nothing(site: Site) -> None:
    """Neither as a message nor as one that was rejected."""
    await site.request("POST", "/api/v1/upload?dry_run=true", CYCLES, CSV)
    assert (site.counters.get("messages_received"), site.counters.get("messages_rejected", "not_csv")) == (0, 0)


async def test_any_column_that_rises_can_be_the_time(site: Site) -> None:
    """Where a person says so; it counts from its own start."""
    told = decoded(await site.request("POST", "/api/v1/upload?dry_run=true&time=Cycle", CYCLES, CSV))
    assert (told["time"]["columns"], told["time"]["relative"], told["accepted"]) == (["Cycle"], True, 9)


async def test_what_is_not_drawn_and_not_kept_is_said(site: Site) -> None:
    """Each column with its reason; and how many points a tag could not hold."""
    rows = "".join(f"{NOW - 20_000 + n},{n},note {n}\n" for n in range(12_000))
    told = decoded(await site.request("POST", "/api/v1/upload", "time,a,note\n" + rows, CSV))
    assert (told["accepted"], told["kept"]) == (12_000, 10_000)
    assert told["notes"] == ["of up to 12000 points of 'a' the newest 10000 are kept (--max-points)"]
    assert told["columns"][2]["reason"].startswith("text, such as 'note 0'")
    told = decoded(await site.request("POST", "/api/v1/samples", "time,b,note\n" + rows[:500], CSV))
    assert told["notes"][0].startswith("column 'note' is left out: text, such as 'note 0'")


async def test_a_wrong_start_is_refused(site: Site) -> None:
    """As in every other address."""
    answer = await site.request("POST", "/api/v1/upload?start=soon", FILE, CSV)
    assert (answer.code, error_code(answer)) == (400, "bad_query")


async def test_a_refused_table_has_its_verdict(site: Site) -> None:
    """As every other message has."""
    await site.request("POST", "/api/v1/samples", b"a,b\n1,2\n3,4\n", CSV)
    (verdict,) = decoded(await site.get("/api/v1/verdicts"))["verdicts"]
    assert (verdict["outcome"], verdict["code"], verdict["topic"]) == ("rejected", "not_csv", "(http)")
    assert site.counters.get("messages_rejected", "not_csv") == 1


async def test_each_reason_is_named_once_with_its_first_line(site: Site) -> None:
    """Ten thousand broken rows need no ten thousand sentences."""
    body = FILE + "soon,1,RUN\n" * 500
    answer = decoded(await site.request("POST", "/api/v1/upload", body, CSV))
    assert answer["accepted"] == 6_000
    assert [item["index"] for item in answer["rejected"]][:1] == [3_002]
    assert len(answer["rejected"]) <= 100
    assert site.counters.get("samples_rejected", "bad_row") == 500


async def test_a_file_over_the_limit(site: Site) -> None:
    """413, with the option that says so; a file over the limit of other bodies is taken."""
    limit = site.services.max_upload
    answer = await site.request("POST", "/api/v1/upload", b" " * (limit + 1), CSV)
    assert (answer.code, error_code(answer)) == (413, "too_large")
    assert "--max-upload" in json.loads(answer.body)["error"]["message"]
    head = f"POST /api/v1/upload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {limit + 1}\r\n"
    assert (await site.exchange(head.encode() + b"Expect: 100-continue\r\n\r\n")).startswith(b"HTTP/1.1 413 ")
    rows = "".join(f"{NOW - 100_000 + n},{n}\n" for n in range(20_000))
    assert len(rows) > site.services.max_body
    assert decoded(await site.request("POST", "/api/v1/upload", "time,a\n" + rows, CSV))["accepted"] == 20_000


async def test_one_file_at_a_time(site: Site) -> None:
    """Each is held in memory; the second client is told, and the first one's end or leave makes room."""
    _, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"POST /api/v1/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ntime,a\n")
    await writer.drain()
    await until(lambda: site.services.uploads.held, "the first file to begin")
    answer = await site.request("POST", "/api/v1/upload", FILE, CSV)
    assert (answer.code, error_code(answer)) == (503, "busy")
    writer.close()
    await until(lambda: not site.services.uploads.held, "the first client to be gone")
    assert (await site.request("POST", "/api/v1/upload", FILE, CSV)).code == 200
    assert not site.services.uploads.held


@pytest.mark.timing
async def test_other_requests_do_not_wait_for_a_file(site: Site) -> None:
    """It is taken piece by piece."""
    rows = "".join(f"{NOW - 100_000 + n},{n}\n" for n in range(120_000))
    upload = asyncio.create_task(site.request("POST", "/api/v1/upload", "time,a\n" + rows, CSV))
    seen = set()
    while not upload.done():
        await asyncio.sleep(0)  # as any other task of the loop
        seen.add(site.store.points)
    assert len(seen) > 10
    assert decoded(await upload)["accepted"] == 120_000
