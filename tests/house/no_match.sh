#!/bin/bash
# Fails if a line of the product's sources matches.  no_match.sh EXTENDED_REGULAR_EXPRESSION
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0
grep -rnE --include='*.[ch]pp' -e "$1" gateway adapters rules config || status=$?
((status == 1)) # 0: a line matched; 2: grep itself failed, for one because a folder is missing
