"""docker-compose.yml and Dockerfile: what they promise, and each service run as a plain process with its own settings."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.compose import PROFILES, check_command, environment, services, tool
from tests.support.ports import free_port
from tests.support.processes import ROOT, Program
from tests.support.waiting import wait_until

ONE_SHOT = {"secrets"}


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    """The linter for Dockerfiles is content."""
    done = subprocess.run([tool("hadolint"), ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_the_image_asks_no_registry_for_a_builder() -> None:
    """No syntax line and no cache mount: the classic builder, offline, can build it."""
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"(?m)^# *syntax=|^RUN .*--mount", text) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_every_service_that_stays_is_confined_and_comes_back(profile: str) -> None:
    """No capabilities, a read-only root, no new privileges, a memory limit, a restart policy, bounded logs."""
    for name, service in services(profile).items():
        facts = (
            service["cap_drop"],
            service["read_only"],
            service["security_opt"],
            service["logging"]["options"]["max-size"],
        )
        assert facts == (["ALL"], True, ["no-new-privileges:true"], "5m"), name
        if name not in ONE_SHOT:
            assert (service["restart"], "mem_limit" in service, "pids_limit" in service) == (
                "unless-stopped",
                True,
                True,
            ), name


@pytest.mark.parametrize("profile", PROFILES)
def test_services_start_only_when_those_they_need_are_well(profile: str) -> None:
    """Every dependency waits for health or, for the one-shot, for its success; and whoever is waited for has a health check."""
    known = services(profile)
    for name, service in known.items():
        for needed, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
            assert how["condition"] == expected, f"{name} on {needed}"
            own_image = known[needed].get("image") == "mqtt-plot"  # its check is in the Dockerfile
            assert needed in ONE_SHOT or own_image or "healthcheck" in known[needed], needed


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_mounted_from_the_repository_exists(profile: str) -> None:
    """A bind mount of a missing file would become an empty folder."""
    for service in services(profile).values():
        for volume in service.get("volumes", []):
            if volume["type"] == "bind":
                assert Path(volume["source"]).exists()
                assert volume["read_only"]


def test_an_open_broker_is_never_up_beside_the_secure_one() -> None:
    """The secure profile publishes TLS ports and the page, nothing else."""
    published = [port["target"] for service in services("secure").values() for port in service.get("ports", [])]
    assert sorted(published) == [8080, 8883]


def health(settings: dict[str, str], port: int) -> subprocess.CompletedProcess[str]:
    """Run the image's own health check with a container's settings."""
    found = re.search(r'HEALTHCHECK.* CMD \["mqtt-plot", "(\w+)"\]', (ROOT / "Dockerfile").read_text())
    assert found
    command = [sys.executable, "-m", "mqtt_plot", found[1]]
    return subprocess.run(
        command,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "MQTT_PLOT_PORT": str(port), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def run_rig(names: tuple[str, str, str], profile: str, broker: Broker, changes: dict[str, str]) -> Iterator[str]:
    """Run broker, bridge and devices of a profile; yield what each health check says, then stop them."""
    broker_name, bridge_name, devices_name = names
    known = services(profile)
    check = subprocess.run(check_command(known[broker_name], changes), capture_output=True, text=True, check=False)
    yield f"broker {check.returncode}"
    port = free_port()
    authority = changes.get("/secrets/ca.crt")
    bridge = Bridge(
        ["--port", str(port)], environment(known[bridge_name], changes), Path(authority) if authority else None
    )
    settings = environment(known[devices_name], changes)
    devices = Program([sys.executable, "-m", "mqtt_plot", *known[devices_name]["command"]], settings)
    try:
        bridge.wait_ready()
        yield f"bridge {health(environment(known[bridge_name], changes), port).returncode}"
        bridge.wait_status(lambda status: status["tags"] >= 5, "the simulated devices to be heard")
        yield "devices heard"
        broker.kill()
        wait_until(lambda: not bridge.get("-/ready").ok, "the bridge to notice")
        ill = health(environment(known[bridge_name], changes), port)
        yield f"bridge {ill.returncode}, lines {len(ill.stderr.splitlines())}"
        broker.start()
        bridge.wait_ready()
        yield f"bridge {health(environment(known[bridge_name], changes), port).returncode}"
    finally:
        bridge.stop()
        devices.stop()


def test_the_lab_as_plain_processes(broker: Broker) -> None:
    """Its services, with their own commands, files, settings and health checks; without a broker it is ill, and heals."""
    changes = {"mosquitto:1883": f"127.0.0.1:{broker.port}", "1883": str(broker.port)}
    said = list(run_rig(("mosquitto", "bridge", "devices"), "lab", broker, changes))
    assert said == ["broker 0", "bridge 0", "devices heard", "bridge 1, lines 1", "bridge 0"]


@pytest.fixture
def made_secrets(tmp_path: Path) -> Path:
    """What the one-shot service makes."""
    root = tmp_path / "secrets"
    run_make_secrets(root)
    return root


def run_make_secrets(root: Path, *names: str) -> str:
    script = ROOT / "packaging/secrets/make_secrets.py"
    done = subprocess.run([sys.executable, script, root, *names], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_secure_rig_as_plain_processes(made_secrets: Path) -> None:
    """Certificates and passwords from the one-shot service, mosquitto on the secure files, bridge and devices over TLS."""
    broker = Broker(made_secrets / "broker", "secure.conf")
    broker.start()
    changes = {
        "mosquitto:8883": f"localhost:{broker.port}",
        "8883": str(broker.port),
        "/mosquitto/": f"{broker.folder}/",
        "/secrets/device-password": str(made_secrets / "devices/device-password"),
        "/secrets/ca.crt": str(made_secrets / "bridge/ca.crt"),
        "/secrets/bridge-password": str(made_secrets / "bridge/bridge-password"),
        "/secrets/web": str(made_secrets / "bridge/web"),
    }
    try:
        said = list(run_rig(("mosquitto-secure", "bridge-secure", "devices-secure"), "secure", broker, changes))
    finally:
        broker.stop()
    assert said == ["broker 0", "bridge 0", "devices heard", "bridge 1, lines 1", "bridge 0"]


def test_secrets_are_made_once_and_stay(made_secrets: Path) -> None:
    """A second start changes nothing; every file is its owner's alone."""
    files = [path for path in made_secrets.rglob("*") if path.is_file() and "authority" not in path.parts]
    before = {path: path.read_bytes() for path in files}
    assert run_make_secrets(made_secrets) == "certificates and passwords are there already\n"
    assert {path: path.read_bytes() for path in files} == before
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_a_missing_password_file_is_told_in_one_line() -> None:
    """The health check says what the log says: which file, and that it cannot be read."""
    settings = environment(services("secure")["bridge-secure"], {"/secrets/": "/nowhere/"})
    done = health(settings, 8080)
    assert (done.returncode, done.stderr) == (
        2,
        "mqtt-plot: --broker-password-file: cannot read /nowhere/bridge-password: No such file or directory\n",
    )


def test_a_missing_authority_heals_when_it_comes(made_secrets: Path, start_bridge: StartBridge) -> None:
    """A bridge whose CA file is missing says so and connects as soon as the file is there."""
    broker = Broker(made_secrets / "broker", "secure.conf")
    broker.start()
    authority = made_secrets / "late.crt"
    bridge = start_bridge(
        *("--broker", f"mqtts://bridge@localhost:{broker.port}", "--broker-ca", str(authority)),
        *("--broker-password-file", str(made_secrets / "bridge/bridge-password")),
    )
    try:
        wait_until(lambda: "No such file" in bridge.get("-/ready").text, "the reason to be told")
        authority.write_bytes((made_secrets / "bridge/ca.crt").read_bytes())
        bridge.wait_ready()
    finally:
        broker.stop()


def test_the_alerts_watch_figures_that_the_bridge_has(start_bridge: StartBridge) -> None:
    """Every metric that alerts.yml names is one that /metrics has or that a counter will make."""
    rules = yaml.safe_load((ROOT / "packaging/prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    named = {name for rule in rules for name in re.findall(r"mqtt_plot_\w+", rule["expr"])}
    bridge = start_bridge("--broker", "none")
    bridge.post("api/v1/samples", "no json")
    shown = set(re.findall(r"(?m)^(mqtt_plot_\w+)", bridge.get("metrics").text))
    assert named - shown == {"mqtt_plot_messages_dropped_total"}  # appears with the first loss
