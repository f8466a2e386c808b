#!/bin/bash
# Fails if a line of the product's sources matches.  no_match.sh EXTENDED_REGULAR_EXPRESSION
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t sources < <(find gateway adapters rules config -name '*.[ch]pp' || true)
((${#sources[@]} > 20)) || { echo "only ${#sources[@]} sources found in $PWD" && exit 2; }

status=0
grep -nE -e "$1" "${sources[@]}" || status=$?
((status == 1)) # 0: a line matched; 2: grep itself failed
