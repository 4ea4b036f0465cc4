import { bash } from "../bash.ts";
import { powerOff } from "./power-off.ts";

/**
 * The frame of every build. The outer process watches the inner process, which runs the body. Whatever
 * happens to the inner process, the outer one prints the verdict and powers off. All state is in /run,
 * a file system in memory. So a full disk cannot hide the verdict, and the state is not in the image.
 */
export const supervision = bash`
set -Eeuo pipefail
umask 022
export LC_ALL=C HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
readonly work=/run/reconcile key=\${HASH:0:16}
steps_begun=0 doing=

# say KIND TEXT: prints one line of the console protocol, and stores it for the closing report.
say() {
  local text=\${2//$'\r'/} lines line sum
  text=\${text//[^ -~]/?}
  text=\${text:0:200}
  mapfile -t lines <"$work/report"
  line="$((\${#lines[@]} + 1)) $1 $text"
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

# The outer process.
supervise() {
  local status=0 started
  trap power_off EXIT
  (umask 077 && mkdir -p "$work")
  cp -- "$0" "$work/build"
  printf '' >"$work/report"
  printf 'start' >"$work/step"
  # Only kernel emergencies may interrupt the lines on the console.
  dmesg -n 1 || true
  say start "$FAMILY $RELEASE steps=$STEPS checks=$CHECKS"
  started=$(uptime_seconds)
  timeout --kill-after=30 "$TIMEOUT" bash "$work/build" body \
    </dev/null >>"$work/output" 2>&1 || status=$?
  conclude "$status" "$(($(uptime_seconds) - started))"
}

# Not the clock time, which the time daemon may change during the build.
uptime_seconds() { cut -d . -f 1 /proc/uptime; }

# conclude STATUS SECONDS
conclude() {
  if [ "$1" != 0 ] && [ ! -e "$work/explained" ]; then
    if [ "$2" -ge "$TIMEOUT" ]; then explain "timeout $(<"$work/step")"; else explain "ended $(<"$work/step")"; fi
  fi
  sync
  if [ "$1" = 0 ] && [ -e "$work/finished" ]; then say verdict "passed $CHECKS"; else say verdict failed; fi
  grep -v '^[^ ]* [0-9]* step ' "$work/report" | show
}

# explain WHERE: prints which step failed, what it was running, and the end of its output.
explain() {
  : >"$work/explained"
  say error "$1"
  if [ -n "$doing" ]; then say_lines command 10 <<<"$doing"; fi
  say_lines output 30 <"$work/output"
}

${powerOff}

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
  steps_begun=$((steps_begun + 1)) doing=
  : >"$work/output"
  printf '%s' "$*" >"$work/step"
  say step "$steps_begun/$STEPS $*"
}

# check ID PROMISE FUNCTION ARGUMENT…: runs one check. After a failure the other checks still run, so
# that the console shows all failures at once.
check() {
  local id=$1
  shift 2
  : >"$work/output"
  printf 'check %s' "$id" >"$work/step"
  # In the background, because bash ignores failing commands in code that runs as a condition.
  "$@" &
  if wait "$!"; then
    say pass "$id"
  else
    say fail "$id"
    if [ "$1" = run_check ]; then say_lines command 10 <<<"$(join_lines "\${@:2}")"; fi
    say_lines seen 20 <"$work/output"
  fi
}

# After a failed check nothing is cleaned, and no image is created.
stop_if_a_check_failed() {
  if grep -q '^[^ ]* [0-9]* fail ' "$work/report"; then
    : >"$work/explained"
    exit 1
  fi
}

finish_build() {
  stop_if_a_check_failed
  [ "$(grep -c '^[^ ]* [0-9]* pass ' "$work/report")" = "$CHECKS" ]
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

if [ "\${1:-}" != body ]; then
  supervise
  exit
fi
trap 'failed "$?" "$BASH_COMMAND"' ERR
`;
