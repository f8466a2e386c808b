#!/bin/bash
# One form of the simulation, as ctest runs it: run_form.sh PROGRAM short|hour|twice|self_test
set -euo pipefail
case $2 in
  short) exec "$1" --seeds "${CHARGEHOOK_SEEDS:-1500}" ;;
  hour) exec "$1" --kind hour --seeds "${CHARGEHOOK_HOURS:-12}" ;;
  twice) exec "$1" --seeds 20 --twice ;;
  self_test) exec "$1" --self-test ;;
esac
