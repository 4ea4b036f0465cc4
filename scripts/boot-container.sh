#!/bin/bash
# Boots a container with systemd-nspawn, and again whenever it restarts, until it powers off. It runs in its own
# control groups below those of this process, which are removed afterwards. Containers in the same group would
# count each other's services as their own.
#
# usage: boot-container.sh NAME ROOT kept|discarded OPTION…
#   discarded: changes stay in memory, through the restarts, and are gone at the end.
set -euo pipefail

name=$1 root=$2 changes=$3
shift 3

if [ "$changes" = discarded ]; then
  if [ -z "${own_mounts:-}" ]; then own_mounts=1 exec unshare --mount "$0" "$name" "$root" "$changes" "$@"; fi
  mount -t tmpfs -o mode=0755 none /mnt
  mkdir /mnt/upper /mnt/work /mnt/root
  mount -t overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" none /mnt/root
  root=/mnt/root
fi

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
# 133: the container asks for a restart (EXIT_FORCE_RESTART in systemd's nspawn.c). More than these are a loop.
for _ in 1 2 3 4; do
  status=0
  systemd-nspawn --quiet --boot --directory "$root" "$@" || status=$?
  if [ "$status" != 133 ]; then exit "$status"; fi
done
