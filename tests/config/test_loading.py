"""Options from command line, environment and files: which wins, and what is said of mistakes."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from mqtt_plot.config.loading import default_text, load
from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl
from mqtt_plot.errors import SettingsError
from tests.support import options_doc
from tests.support.processes import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of options that says 100 points and 10 tags."""
    file = tmp_path / "mqtt-plot.toml"
    file.write_text('max-points = 100\nmax_tags = 10\ntopic = ["a/#", "b/+"]\nmax-age = "15m"\nstrict = true\n')
    return file


def refusal(*arguments: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as raised:
        load(arguments, environment or {})
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_nothing_given_is_the_defaults() -> None:
    """Which work beside a broker on the same machine."""
    settings = load([], {})
    assert settings == Settings()
    assert (settings.broker, settings.topic, settings.port) == (
        (BrokerUrl("mqtt", "localhost", 1883),),
        ("plot/#",),
        8080,
    )


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(file: Path) -> None:
    """So that one value can be tried without touching what is set up."""
    environment = {"MQTT_PLOT_CONFIG": str(file), "MQTT_PLOT_MAX_TAGS": "20", "MQTT_PLOT_MAX_CLIENTS": "2"}
    settings = load(["--max-clients", "3"], environment)
    assert (settings.max_points, settings.max_tags, settings.max_clients) == (100, 20, 3)
    assert (settings.topic, settings.max_age, settings.strict) == (("a/#", "b/+"), 900.0, True)


def test_what_may_be_given_several_times_may(file: Path) -> None:
    """On the command line again and again, in the environment with blanks between; one source replaces the other."""
    assert load(["--config", str(file), "--topic", "c/#", "--topic=d/+ → d/{1}"], {}).topic == ("c/#", "d/+ → d/{1}")
    environment = {"MQTT_PLOT_TOPIC": "c/#  d/+ → d/{1}", "MQTT_PLOT_CONFIG": str(file)}
    assert load([], environment).topic == ("c/#", "d/+ → d/{1}")


def test_a_flag_needs_no_value_and_can_be_taken_back() -> None:
    """`--strict` is yes; `--strict no` wins over an environment that says yes."""
    assert load(["--strict"], {}).strict
    assert not load(["--strict", "no"], {"MQTT_PLOT_STRICT": "yes"}).strict


def test_a_file_of_arguments_is_read_as_the_older_server_reads_its_own(tmp_path: Path) -> None:
    """`--cfg param.cfg`: words as they would be typed; those really typed win."""
    (tmp_path / "param.cfg").write_text("--host 127.0.0.1\n--port 9000\n--max-tags 5\n")
    settings = load(["--port", "9001", "--cfg", str(tmp_path / "param.cfg")], {})
    assert (settings.host, settings.port, settings.max_tags) == ("127.0.0.1", 9001, 5)
    assert load([f"--cfg={tmp_path / 'param.cfg'}"], {}).port == 9000


def test_every_option_can_be_given_in_each_of_the_three_ways(tmp_path: Path) -> None:
    """No option is forgotten in one of them. A secret is none for the command line."""
    texts = {"port": "1", "max_age": "5", "broker": "mqtt://x", "topic": "a/#", "preset": "tasmota", "time": "arrival"}
    texts |= {"embedded_broker_listen": "h:1", "allow_host": "h", "allow_frame": "self", "trusted_proxy": "::1"}
    texts |= {
        "time_zone": "Europe/Berlin",
        "backfill_from": "http://x",
        "base_path": "/x",
        "keepalive": "30",
        "date_order": "dmy",
        "history": "1min:1d",
    }
    texts |= dict.fromkeys(("recordings", "dashboards", "captures"), str(tmp_path))
    (tmp_path / "secret").write_text("s3cret")
    texts |= {"broker_password_file": str(tmp_path / "secret")}
    texts |= dict.fromkeys(("strict", "sparkplug_rebirth", "republish", "follow_on_demand"), "yes")
    texts |= {"broker_key": "", "tls_key": ""}  # only beside their certificates
    config = tmp_path / "one.toml"
    for item in fields(Settings):
        text = texts.get(item.name, "7")
        if not text:
            continue
        dashed = item.name.replace("_", "-")
        config.write_text(f"{dashed} = '{text}'\n")
        by_file = load(["--config", str(config)], {})
        assert by_file != Settings(), item.name
        assert load([], {f"MQTT_PLOT_{item.name.upper()}": text}) == by_file, item.name
        if item.metadata["is_secret"]:
            assert f"unrecognized arguments: --{dashed}" in refusal(f"--{dashed}", text)
        else:
            assert load([f"--{dashed}={text}"], {}) == by_file, item.name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("7", "expected WIDTH:TIME"),
        ("0s:8h", "expected seconds"),
        ("0.5s:8h", "expected a width of whole seconds"),
        ("1min:2d,10s:8h", "a whole multiple of the one before"),
        ("10s:8h,10s:9h", "a whole multiple of the one before"),
        ("10s:8h,15s:9h", "a whole multiple of the one before"),
        ("10s:8h,1min:1h", "to be kept longer"),
        ("1s:1h,2s:2h,4s:4h,8s:8h,16s:16h,32s:2d", "expected at most 5 widths"),
        ("1s:30d", "widths to fit into the time"),
    ],
)
def test_an_outline_that_makes_no_sense_is_refused_in_one_line(text: str, why: str) -> None:
    """Overlapping, zero, unsorted, too many: what was expected, and what came."""
    assert why in refusal("--history", text)


def test_an_outline_may_be_any_list_of_widths_or_none() -> None:
    """Whole seconds, each a multiple of the one before, with the number of buckets kept of each."""
    assert load(["--history", "10s:8h, 1min:2d,10min:30d"], {}).history.widths == ((10, 2880), (60, 2880), (600, 4320))
    assert load(["--history", "none"], {}).history.widths == ()


def test_the_password_comes_to_one_place(tmp_path: Path) -> None:
    """From a file, from the environment, or from the URL in the environment."""
    (tmp_path / "password").write_text("from file\n")
    environment = {"MQTT_PLOT_BROKER": "mqtts://anna:from-url@plant"}
    assert load([], environment).broker == (BrokerUrl("mqtts", "plant", 8883, user="anna", password="from-url"),)
    assert load([], {**environment, "MQTT_PLOT_BROKER_PASSWORD": "by itself"}).broker[0].password == "by itself"
    by_file = load(["--broker-password-file", str(tmp_path / "password")], environment)
    assert (by_file.broker[0].password, by_file.broker_password) == ("from file", "")
    assert "from file" not in repr(by_file)


def test_several_brokers_are_kept_in_order(tmp_path: Path) -> None:
    """Given one by one, or as one URL of several hosts; from the command line, the environment and the file."""
    wanted = (BrokerUrl("mqtts", "a", 8883, user="u"), BrokerUrl("mqtts", "b", 1884, user="u"))
    assert load(["--broker", "mqtts://u@a", "--broker", "mqtts://u@b:1884"], {}).broker == wanted
    assert load([], {"MQTT_PLOT_BROKER": "mqtts://u@a,b:1884"}).broker == wanted
    (tmp_path / "one.toml").write_text('broker = ["mqtts://u@a", "mqtts://u@b:1884"]')
    assert load(["--config", str(tmp_path / "one.toml")], {}).broker == wanted


def test_one_password_is_for_all_brokers() -> None:
    """A cluster has one user; a URL of the environment may have its own password."""
    environment = {"MQTT_PLOT_BROKER": "mqtt://anna:own@a mqtt://anna@b"}
    assert [url.password for url in load([], environment).broker] == ["own", None]
    both = load([], {**environment, "MQTT_PLOT_BROKER_PASSWORD": "shared"})
    assert [url.password for url in both.broker] == ["shared", "shared"]


@pytest.mark.parametrize("others", [("embedded", "mqtt://a"), ("mqtt://a", "none")])
def test_embedded_and_none_stand_alone(others: tuple[str, str]) -> None:
    """They are no address that another could stand in for."""
    assert "expected embedded and none to stand alone" in refusal("--broker", others[0], "--broker", others[1])


def test_a_password_on_the_command_line_is_refused() -> None:
    """Everybody on the machine could read it in the process list."""
    words = refusal("--broker", "mqtt://anna:s3cret@plant")
    assert "--broker-password-file" in words
    assert "s3cret" not in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--max-point", "5"], "unrecognized arguments: --max-point 5; mqtt-plot serve --help lists the options"),
        (["--port", "http"], "--port: expected a port number from 0 to 65535, got 'http'"),
        (["--port"], "argument --port: expected one argument"),
        (["--topic", "a/#/b"], "--topic: "),
        (["--preset", "homematic"], "--preset: "),
        (["--time", "line1/*=server"], "--time: expected device, arrival or corrected"),
        (["--broker-key", "k.pem"], "--broker-key: expected --broker-cert beside it, got none"),
        (["--tls-key", "k.pem"], "--tls-key: expected --tls-cert beside it, got none"),
        (["--config", "/no/such/file"], "--config: cannot read /no/such/file: No such file or directory"),
        (["--cfg", "/no/such/file"], "--cfg: cannot read /no/such/file: No such file or directory"),
        (["--broker-password-file", "/no/such/file"], "--broker-password-file: cannot read /no/such/file"),
    ],
)
def test_a_mistake_is_said_in_one_line(arguments: list[str], words: str) -> None:
    """With the option, what was expected, and what came."""
    assert words in refusal(*arguments)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"max-points = ", "is not TOML: "),
        (b"\xff\xfe", "is not TOML: "),
        (b"max-point = 5", "unknown option 'max-point'; mqtt-plot --help lists the options"),
        (b"max-points = 'many'", "max-points: expected a whole number"),
        (b"port = [1, 2]", "port: expected one value, got a list"),
        (b"[broker]\nhost = 'x'", "broker: expected "),
    ],
)
def test_a_mistake_in_the_file_is_said_with_its_place(tmp_path: Path, content: bytes, words: str) -> None:
    """Nobody reads a traceback to find a typing error."""
    file = tmp_path / "mqtt-plot.toml"
    file.write_bytes(content)
    said = refusal("--config", str(file))
    assert words in said
    assert str(file) in said


def test_a_wrong_environment_is_named() -> None:
    """The variable, as it is written there."""
    assert refusal(environment={"MQTT_PLOT_MAX_MEMORY": "lots"}).startswith("MQTT_PLOT_MAX_MEMORY: expected a size")


def test_a_file_of_arguments_holds_no_other(tmp_path: Path) -> None:
    """Or two could name each other for ever."""
    (tmp_path / "param.cfg").write_text("--cfg param.cfg")
    assert "expected no further --cfg" in refusal("--cfg", str(tmp_path / "param.cfg"))


def test_the_docs_list_every_option_as_help_does() -> None:
    """Both are made of the one table. Run `python -m tests.support.options_doc` after a change of it."""
    assert options_doc.FILE.read_text(encoding="utf-8") == "".join(options_doc.lines())


def test_the_readme_names_options_that_there_are() -> None:
    """The few that most people need, with the defaults that they have."""
    table = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| `--")]
    defaults = {f"--{item.name.replace('_', '-')}": default_text(item) for item in fields(Settings)}
    named = {
        name: default
        for line in table
        for name, default in zip(
            re.findall(r"`(.*?)`", line.split("|")[1]), re.findall(r"`(.*?)`", line.split("|")[2]), strict=False
        )
    }
    assert named == {name: defaults[name] for name in named}
    assert 5 <= len(table) <= 12
