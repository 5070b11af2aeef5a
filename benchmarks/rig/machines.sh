#!/usr/bin/env bash
# The bundle on machines that are not here: clean Debian roots for other processors and releases, emulated, without any network.
#
#   sudo benchmarks/rig/machines.sh FOLDER [bookworm-armhf bookworm-arm64 bookworm-amd64 trixie-amd64]
#
# Needs Debian's debootstrap, qemu-user-static with its binfmt entries, and `make bundle` before. In each root: the demo from mqtt-plot.pyz with
# nothing but python3 and the loopback, the unit tests of the core that need no compiled package (UNIT=1; pytest comes from PyPI), the Debian
# package installed and purged.
set -euo pipefail
# Where no service has told the kernel who runs other processors' programs.
if [ ! -e /proc/sys/fs/binfmt_misc/register ]; then mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc; fi
for each in qemu-arm qemu-aarch64; do
    [ -e /proc/sys/fs/binfmt_misc/$each ] || cat /usr/lib/binfmt.d/$each.conf >/proc/sys/fs/binfmt_misc/register
done
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(realpath "${1:?a folder to work in}")
shift
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | sort -u | grep -m1 '/debian/$')}
declare -A interpreters=([armhf]=qemu-arm-static [arm64]=qemu-aarch64-static)

make_root() { # release, architecture
    local root=$folder/$1-$2 interpreter=${interpreters[$2]:-}
    [ -e "$root/made" ] && return
    debootstrap --foreign --arch="$2" --variant=minbase --include=python3,python3-venv "$1" "$root" "$mirror" >"$root.log"
    [ -z "$interpreter" ] || cp "/usr/bin/$interpreter" "$root/usr/bin/"
    chroot "$root" /debootstrap/debootstrap --second-stage >>"$root.log"
    touch "$root/made"
}

alone() { # a root, a command: without network
    unshare --net --mount sh -c 'ip link set lo up; mount -t proc proc "$0/proc"; exec chroot "$0" sh -c "$1"' "$1" "$2"
}

for name in "${@:-bookworm-armhf bookworm-arm64 bookworm-amd64 trixie-amd64}"; do for each in $name; do
    release=${each%-*} architecture=${each#*-} root=$folder/$each
    make_root "$release" "$architecture"
    cp dist/mqtt-plot.pyz dist/mqtt-plot_*_all.deb benchmarks/rig/ask_demo.py "$root/srv/"
    printf '\n== %s: ' "$each"
    alone "$root" 'cd /srv; uname -m; python3 --version
        python3 mqtt-plot.pyz demo --host 127.0.0.1 --port 8080 2>demo.log & demo=$!
        python3 ask_demo.py http://127.0.0.1:8080/ && grep VmRSS /proc/$demo/status; kill $demo; wait $demo; ! grep -B1 -A9 Traceback demo.log'
    alone "$root" 'dpkg -i /srv/mqtt-plot_*_all.deb >/dev/null && mqtt-plot --version && dpkg -P mqtt-plot >/dev/null && ! find / -xdev -name "*mqtt-plot*" | grep -Ev "^/(srv|tmp)/"'
    [ -z "${UNIT:-}" ] || {
        git archive HEAD mqtt_plot tests benchmarks pyproject.toml | tar -x -C "$root/srv"
        cp -r mqtt_plot/static "$root/srv/mqtt_plot/"
        [ -d "$root/srv/venv" ] || { cp /etc/resolv.conf "$root/etc/"; cp /etc/pip.conf "$root/etc/" 2>/dev/null || true
            mkdir -p "$root/etc/ssl/certs" && cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
            chroot "$root" python3 -m venv /srv/venv
            chroot "$root" /srv/venv/bin/pip install -q pytest pytest-asyncio hypothesis paho-mqtt tornado python-dateutil; }
        alone "$root" 'cd /srv && venv/bin/python -m pytest -q -p no:cacheprovider --noconftest --hypothesis-profile ci -m "not timing" \
            --ignore tests/parsers/test_senml.py --ignore tests/store/test_state_file.py \
            tests/parsers tests/store tests/ingest tests/mqtt/test_packets.py tests/mqtt/test_backoff.py >unit.log 2>&1; tail -9 unit.log'
    }
done; done
