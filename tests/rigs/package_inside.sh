#!/bin/bash
# What the package rig does inside the clean root: install, configure, run, deliver, stop, purge.
set -euo pipefail
cd /given

fail() {
  echo "FAILED: $*" >&2
  [[ ! -s gateway.log ]] || tail -n 20 gateway.log >&2
  exit 1
}
within() { # seconds, what, command…
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < deadline)) || fail "waited in vain: $what"
    sleep 0.1
  done
}

echo 'install'
export DEBIAN_FRONTEND=noninteractive
apt-get update >apt.log 2>&1
apt-get install --yes --no-install-recommends ./chargehook.deb >>apt.log 2>&1 || { tail -n 30 apt.log && fail 'apt-get install'; }
getent passwd chargehook >/dev/null || fail 'there is no user chargehook'
[[ $(stat --format '%U:%G %a' /etc/chargehook/secrets) == 'root:chargehook 750' ]] || fail 'secrets/ is open'
[[ -f /lib/systemd/system/chargehook.service || -f /usr/lib/systemd/system/chargehook.service ]] || fail 'no unit file'
chargehook --version

echo 'configure: the example, and a receiver of our own'
cp -r /usr/share/chargehook/examples/minimal/. /etc/chargehook/
./webhook-receiver --listen 127.0.0.1:0 --secret-file /etc/chargehook/secrets/cloud-hmac --log receiver.jsonl \
  --port-file port >receiver.log 2>&1 &
receiver=$!
within 10 'the receiver listens' test -s port
sed -i "s|url: https://.*|url: http://127.0.0.1:$(cat port)/hooks/<site.id>|; s|events: .*|events: all|" /etc/chargehook/endpoints.d/*.yaml
chgrp -R chargehook /etc/chargehook/secrets
chmod 0640 /etc/chargehook/secrets/*
check=0
setpriv --reuid=chargehook --regid=chargehook --init-groups chargehook check || check=$?
((check <= 1)) || fail "check ended with $check"

echo 'run as the unit does, and deliver'
install -d -o chargehook -g chargehook -m 0750 /var/lib/chargehook /run/chargehook
setpriv --reuid=chargehook --regid=chargehook --init-groups --no-new-privs chargehook run >gateway.log 2>&1 &
gateway=$!
within 20 'the gateway takes events' test -S /run/chargehook/ingest.sock
./event-source --socket /run/chargehook/ingest.sock --count 20 --keys 3 --log source.jsonl --types payment.completed \
  >source.log 2>&1 || { cat source.log && fail 'the source was not served'; }
within 20 'all events arrive' bash -c '(($(grep -c payment.completed receiver.jsonl) >= 20))'
chargehook status >/dev/null || fail 'status'
kill -TERM "$gateway"
wait "$gateway" || fail "the gateway ended with $?"
kill -TERM "$receiver"
wait "$receiver" || fail 'the receiver found something wrong'

echo 'purge'
apt-get purge --yes chargehook >>apt.log 2>&1 || { tail -n 30 apt.log && fail 'apt-get purge'; }
[[ ! -e /usr/bin/chargehook ]] || fail 'the program is still there'
echo 'installed, configured, delivered 20 of 20 verified, stopped, purged'
