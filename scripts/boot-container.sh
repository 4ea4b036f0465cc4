#!/bin/bash
# Runs a command in its own control groups below those of this process, and removes the groups
# afterwards. Containers in the same group would count each other's services as their own.
#
# usage: boot-container.sh NAME COMMAND…
set -euo pipefail

name=$1
shift

groups=()
while IFS=: read -r _ hierarchy path; do
  case $hierarchy in
    name=systemd) groups+=("/sys/fs/cgroup/systemd$path") ;;
    # Version 2, beside version 1 or alone.
    '') if [ -d /sys/fs/cgroup/unified ]; then groups+=("/sys/fs/cgroup/unified$path"); else groups+=("/sys/fs/cgroup$path"); fi ;;
  esac
done </proc/self/cgroup

clean_up() {
  local group
  for group in "${groups[@]}"; do
    echo $$ >"$group/cgroup.procs" || true
    find "$group/$name" -depth -type d -exec rmdir {} + || true
  done
}
trap clean_up EXIT

for group in "${groups[@]}"; do
  mkdir -p "$group/$name"
  echo $$ >"$group/$name/cgroup.procs"
done
"$@"
