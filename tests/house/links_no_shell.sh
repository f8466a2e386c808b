#!/bin/bash
# Fails if a program needs a library that touches the world, or holds code of one.  links_no_shell.sh PROGRAM
set -euo pipefail
program=$1

libraries=$(readelf --dynamic "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/needs \1/p')
symbols=$(nm --demangle "$program" | cut -c20-)
found=$(
  grep -E 'lmdb|httplib|paho|modbus|systemd' <<<"$libraries" || true
  grep -E '^(typeinfo |vtable |guard variable |non-virtual thunk )?(for )?(boost::asio::|boost::beast::|httplib::|mqtt::)|^(mdb_|modbus_|MQTTAsync_|sd_)' <<<"$symbols" | head -20 || true
)
if [[ -n $found ]]; then
  printf '%s\n' "$found"
  exit 1
fi
echo "$(wc -l <<<"$libraries") libraries and $(wc -l <<<"$symbols") symbols looked at, none of a shell"
