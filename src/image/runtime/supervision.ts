import { bash } from "../bash.ts";
import { leave } from "./leave.ts";

/**
 * The frame of every build. The outer process watches the inner process, which runs the body. Whatever
 * happens to the inner process, the outer one prints the verdict and powers off. All state is in /run,
 * a file system in memory. So a full disk cannot hide the verdict, and the state is not in the image.
 *
 * The build restarts the system once. What the rest of it needs is on the disk from the start of the build until
 * its end, with a service that every boot starts first: after the restart that the build asked for, the service
 * continues; after any other, it prints a failed verdict. So nothing is restarted twice.
 */
export const supervision = bash`
set -Eeuo pipefail
umask 022
export LC_ALL=C HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
readonly work=/run/reconcile saved=/var/lib/reconcile key=\${HASH:0:16} part=\${2:-first}
readonly unit_files=/etc/systemd/system own_unit=reconcile-build.service
first_number=1 doing=

# say KIND TEXT: prints one line of the console protocol, and stores it for the closing report.
say() {
  local text=\${2//$'\r'/} lines line sum
  text=\${text//[^ -~]/?}
  text=\${text:0:200}
  mapfile -t lines <"$work/report"
  line="$((\${#lines[@]} + first_number)) $1 $text"
  read -r sum _ < <(printf '%s' "$HASH $line" | sha256sum)
  line="reconcile:$key $line ~\${sum:0:8}"
  printf '%s\n' "$line" >>"$work/report"
  show <<<"$line"
}

# A missing console must not fail the build.
show() { cat >/dev/console || true; } 2>/dev/null

# say_lines KIND MOST: prints the last lines of standard input, one by one.
say_lines() {
  local line
  tail -n "$2" | while IFS= read -r line || [ -n "$line" ]; do say "$1" "$line"; done
}

# count KIND: how many of the build's lines are of this kind.
count() { grep -c "^[^ ]* [0-9]* $1 " "$work/report" || true; }

# The outer process: supervise first|rest.
supervise() {
  local status=0 used=0 started left
  trap 'leave poweroff o' EXIT
  # Only ends what the outer process waits for. So a shutdown by something else has a verdict too.
  trap : TERM
  (umask 077 && mkdir -p "$work")
  cp -- "$0" "$work/build"
  : >"$work/report"
  : >"$work/output"
  echo start >"$work/step"
  # Only kernel emergencies may interrupt the lines on the console.
  dmesg -n 1 || true
  if [ "$1" = first ]; then
    say start "$START"
  elif ! used=$(take_up); then
    # No report of the time before it may exist, so these lines have numbers that no other line has.
    first_number=900001
    explain "restarted $(<"$work/step")"
    conclude 1 0
    return
  else
    say resume "$used seconds used"
  fi
  # The time from the end of the first part to here is not counted.
  started=$(($(uptime_seconds) - used))
  echo "$started" >"$work/started"
  left=$((TIMEOUT - used))
  # Without a limit, if it were 0.
  timeout -k 30 "$((left > 0 ? left : 1))" bash "$work/build" body "$1" \
    </dev/null >>"$work/output" 2>&1 || status=$?
  conclude "$status" "$(($(uptime_seconds) - started))"
}

# Restores the report, and prints the seconds that the first part used. Fails unless the build asked for this
# restart, and after it did so once.
take_up() {
  cp "$saved"/{report,step} "$work" || true
  cat "$saved/used" && rm "$saved/used" && sync
} 2>/dev/null

# Not the clock time, which the time daemon may change during the build.
uptime_seconds() { cut -d . -f 1 /proc/uptime; }

# conclude STATUS SECONDS
conclude() {
  if [ "$1" = 0 ] && [ -e "$work/restart" ]; then
    trap 'leave reboot b' EXIT
    return
  fi
  if [ "$1" != 0 ] && [ ! -e "$work/explained" ]; then
    if [ "$2" -ge "$TIMEOUT" ]; then explain "timeout $(<"$work/step")"; else explain "ended $(<"$work/step")"; fi
  fi
  sync
  if [ "$1" = 0 ] && [ -e "$work/finished" ]; then say verdict "passed $CHECKS"; else say verdict failed; fi
  grep -v '^[^ ]* [0-9]* step ' "$work/report" | show
}

# explain WHERE: prints which step failed, what it was running, and the end of its output.
explain() {
  local where=$1
  : >"$work/explained"
  # Something else shuts the system down, which ends every process.
  if [ "$(systemctl is-system-running 2>/dev/null || true)" = stopping ]; then where="restarted $(<"$work/step")"; fi
  say error "$where"
  if [ -n "$doing" ]; then say_lines command 10 <<<"$doing"; fi
  say_lines output 30 <"$work/output"
}

${leave}

# Type=exec: the service is no job that the boot waits for. It starts before everything that may fail or hang,
# and stays when systemd gives up and isolates emergency.target.
guard_restarts() {
  mkdir -p "$saved" "$unit_files/sysinit.target.wants"
  chmod 0700 "$saved"
  cp "$work/build" "$saved/build"
  systemctl list-units --failed --plain --no-legend | cut -d ' ' -f 1 >"$saved/failed"
  systemctl list-units --type timer --plain --no-legend | cut -d ' ' -f 1 >"$saved/timers"
  own_limits >"$saved/limits"
  put_file "$unit_files/$own_unit" 0644 root <<END
[Unit]
DefaultDependencies=no
IgnoreOnIsolate=yes
RequiresMountsFor=/var/lib
After=systemd-remount-fs.service

[Service]
Type=exec
ExecStart=/bin/bash $saved/build rest
END
  ln -sf "../$own_unit" "$unit_files/sysinit.target.wants/$own_unit"
  sync
}

# The rest of the script is the script without the lines of the body up to this one. Instead of repeat_checks it has the
# checks that run twice, each with an id of its own, because an id stands once in a report.
restart_system() {
  stop_if_a_check_failed
  step restart_system
  sed -e '/^# reconcile-body$/,/^restart_system$/{s/^\(check\)_twice /\1 boot:/;/^check boot:/H;/^# reconcile-body$/!d}' \
    -e '/^repeat_checks$/g' "$work/build" >"$saved/build"
  say restart "passed $(count pass)"
  cp "$work/report" "$saved/report"
  echo "$(($(uptime_seconds) - $(<"$work/started")))" >"$saved/used"
  sync
  : >"$work/restart"
  exit
}

# The inner process: handles every unexpected failure.
failed() {
  local status=$1
  trap - ERR
  # The shell that waits for a subshell reports its failure.
  if [ "$BASHPID" != "$$" ]; then exit "$status"; fi
  doing=\${doing:-$2}
  explain "$(<"$work/step")"
  exit 1
}

# step NAME…: begins a step. The console never shows the content of a file.
step() {
  doing=
  begin "$*"
  say step "$(($(count step) + 1))/$STEPS $*"
}

# begin WHAT: also on the disk, as far as it has room, for the verdict after a restart that nobody asked for.
begin() {
  : >"$work/output"
  echo "$1" >"$work/step"
  { echo "$1" >"$saved/step"; } 2>/dev/null || true
}

# check ID FUNCTION ARGUMENT…: runs one check. After a failure the other checks still run, so
# that the console shows all failures at once.
check() {
  begin "check $1"
  # In the background, because bash ignores failing commands in code that runs as a condition.
  "\${@:2}" &
  if wait "$!"; then
    say pass "$1"
  else
    say fail "$1"
    if [ "$2" = run_check ]; then say_lines command 10 <<<"$(join_lines "\${@:3}")"; fi
    awk '1;END{if(NR>20)print"and",NR-19,"more"}' "$work/output" | say_lines seen 20
  fi
}

check_twice() { check "$@"; }

# After a failed check nothing is cleaned, and no image is created.
stop_if_a_check_failed() {
  if [ "$(count fail)" != 0 ]; then
    : >"$work/explained"
    exit 1
  fi
}

finish_build() {
  stop_if_a_check_failed
  [ "$(count pass)" = "$CHECKS" ]
  rm -rf "$saved"
  rm -f "$unit_files/$own_unit" "$unit_files/sysinit.target.wants/$own_unit"
  : >"$work/finished"
}

join_lines() {
  local IFS=$'\n'
  printf '%s' "$*"
}

run_command() {
  commands_run=$((\${commands_run:-0} + 1))
  step run_command "$commands_run"
  doing=$(join_lines "$@")
  bash -euo pipefail -c "$doing"
}

run_check() { bash -euo pipefail -c "$(join_lines "$@")"; }

# wait_for SECONDS COMMAND…: repeats the command until it succeeds, and prints its last output.
wait_for() {
  local seconds=$1 said
  shift
  until said=$("$@" 2>&1); do
    if [ "$((seconds -= 1))" -le 0 ]; then echo "$said" && return 1; fi
    sleep 1
  done
  echo "$said"
}

`;

/** Starts the outer process, or begins the inner one, which then runs the body. */
export const start = bash`
if [ "\${1:-}" != body ]; then
  supervise "\${1:-first}"
  exit
fi
trap 'failed "$?" "$BASH_COMMAND"' ERR
if [ -n "\${2:-}" ] && [ "$part" = first ]; then guard_restarts; fi
`;
