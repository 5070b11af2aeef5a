#!/usr/bin/env bash
# The life of the Debian package under a running systemd: installed, configured, upgraded over a changed configuration, killed, removed, purged.
#
#   sudo benchmarks/rig/debian_package.sh FOLDER
#
# Needs debootstrap, and `make bundle` before. systemd runs as process 1 of namespaces of its own, in a clean Debian 12 in FOLDER, without network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$(realpath "${1:?a folder to work in}")/systemd
if [ "${2:-}" = inside ]; then # the new namespaces: FOLDER becomes the root
    mount --make-rprivate / && mount --bind "$root" "$root"
    ip link set lo up
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount -t tmpfs -o mode=755 run "$root/run"
    mount -t tmpfs tmp "$root/tmp"
    if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then # cgroup v1
        mount -t tmpfs cgroup "$root/sys/fs/cgroup"
        mkdir "$root/sys/fs/cgroup/systemd"
        mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
    fi
    mount --bind /dev "$root/dev"
    mkdir -p "$root/oldroot" && cd "$root"
    pivot_root . oldroot && umount -l /oldroot
    mount --make-rshared / # credentials of services are mounts
    exec /usr/bin/env -i container=chroot PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=multi-user.target
fi

mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | sort -u | grep -m1 '/debian/$')}
[ -e "$root/made" ] || debootstrap --variant=minbase --include=python3,systemd,systemd-sysv,dbus bookworm "$root" "$mirror" >"$root.log"
touch "$root/made"
cp dist/mqtt-plot_*_all.deb "$root/srv/older.deb"
newer=$(mktemp -d)
trap 'rm -rf "$newer"; kill -9 ${init:-} 2>/dev/null || true' EXIT
dpkg-deb -R "$root/srv/older.deb" "$newer/tree"
sed -i 's/^Version:.*/Version: 99.0/' "$newer/tree/DEBIAN/control"
echo "# a line that is new in the package" >>"$newer/tree/etc/mqtt-plot.toml"
dpkg-deb -b --root-owner-group "$newer/tree" "$root/srv/newer.deb" >/dev/null

unshare --pid --fork --kill-child --mount --net --uts --ipc "$0" "$1" inside </dev/null >"$root-boot.log" 2>&1 &
for _ in $(seq 60); do
    sleep 0.5
    init=$(pgrep -P $! -x systemd) && nsenter -t "$init" -p -m -n -u -i systemctl is-active -q multi-user.target && break
done
nsenter -t "$init" -p -m -n -u -i /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -e -c '
cd /
ask() { # until it answers: the page and a limit
    python3 -c "
import json, time, urllib.request as web
for _ in range(40):
    try: print(web.urlopen(\"http://127.0.0.1:8080/\").status, json.load(web.urlopen(\"http://127.0.0.1:8080/api/v1/status\"))[\"limits\"][\"max_points\"]); break
    except OSError: time.sleep(0.5)
"; }
dpkg -P mqtt-plot >/dev/null 2>&1 || true
echo "== installed"; dpkg -i /srv/older.deb >/dev/null; ask; systemctl is-enabled mqtt-plot
echo "== configured"; printf "max-points = 777\nstate = \"/var/lib/mqtt-plot/points\"\n" >>/etc/mqtt-plot.toml; systemctl restart mqtt-plot; ask
echo "== a newer one over it"; dpkg -i --force-confdef --force-confold /srv/newer.deb </dev/null 2>&1 | grep Keeping; ask; dpkg-query -W mqtt-plot; tail -2 /etc/mqtt-plot.toml
echo "== killed"; kill -9 "$(systemctl show -p MainPID --value mqtt-plot)"; sleep 1; ask
echo "== a wrong option"; cp /etc/mqtt-plot.toml /tmp/right; echo "max-pints = 7" >>/etc/mqtt-plot.toml; systemctl restart mqtt-plot 2>/dev/null || true; sleep 2
journalctl -u mqtt-plot -o cat --no-pager | grep pints | tail -1; cp /tmp/right /etc/mqtt-plot.toml; systemctl restart mqtt-plot; ask
echo "== removed"; dpkg -r mqtt-plot >/dev/null; systemctl is-active mqtt-plot || true; ls -d /etc/mqtt-plot.toml /var/lib/private/mqtt-plot
echo "== purged, left over:"; dpkg -P mqtt-plot >/dev/null; find / -xdev -name "*mqtt-plot*" -not -path "/proc/*"'
