import { bash } from "../bash.ts";
import { keptVersionsPath } from "../python-versions.ts";

/** The steps and checks of the application: sources, virtual environment, confined service. */
export const application = bash`
readonly home=/opt/application

# pip_install ARGUMENT…: into the virtual environment, in the versions that the build has written, if any.
pip_install() {
  local tries=3
  touch ${keptVersionsPath}
  # pip tries connections again by itself, and only from 25.1 on also a download that ends too early.
  until "$home/environment/bin/pip" install --no-cache-dir --disable-pip-version-check -c ${keptVersionsPath} "$@"; do
    doing="pip install $*"
    [ "$((tries -= 1))" -gt 0 ]
    sleep 2
  done
  "$home/environment/bin/pip" check
}

install_python_packages() {
  step install_python_packages "$@"
  python3 -m venv "$home/environment"
  pip_install "$@"
}

# Without an index, pip can only succeed when the requirement is already installed.
application_has() {
  "$home/environment/bin/pip" install --no-index --no-deps --disable-pip-version-check -- "$1"
}

# install_application USER PORT COMMAND-LINE…
install_application() {
  step install_application "$1" "$2"
  printf '#!/bin/bash\nexec /bin/bash -c %q\n' "$(join_lines "\${@:3}")" |
    put_file "$home/start" 0755 root
  put_file /etc/systemd/system/application.service 0644 root <<END
[Unit]
Description=The application
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=$1
Group=$1
WorkingDirectory=$home/source
Environment=PATH=$home/environment/bin:/usr/local/bin:/usr/bin:/bin HOME=%S/application PORT=$2 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ExecStart=$home/start
Restart=always
RestartSec=1
StandardOutput=journal
StandardError=journal
SyslogIdentifier=application
StateDirectory=application
UMask=0077
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
END
  systemctl enable application.service
  systemctl restart application.service
}

# What the application itself said: after a crash, the manager's own lines would hide it.
last_of_journal() { journalctl -qt application -n 12 -o cat || true; }

# has_run PROCESS: prints the main process, if it is not this one and has run for three seconds. Between two
# crashes there is a process, too. One that the manager still confines does not run yet. Without an answer of the
# manager, nothing runs.
has_run() {
  local MainPID SubState='' ActiveEnterTimestampMonotonic
  eval "$(systemctl show --property MainPID,SubState,ActiveEnterTimestampMonotonic application.service)"
  [ "$SubState" = running ] && [ "$MainPID" != 0 ] && [ "$MainPID" != "$1" ] && [ "$(uptime_seconds)" -ge "$((ActiveEnterTimestampMonotonic / 1000000 + 4))" ] && echo "$MainPID"
}

# Sets process to the main process, which is not $1. Without one, the journal says why.
find_process() {
  if process=$(wait_for 15 has_run "\${1:-0}"); then return; fi
  last_of_journal
  systemctl status --lines 0 application.service
  return 1
}

# request HOW PORT STATUSES PATH [ADDRESS]: from this machine to its own address, as a load balancer does.
# STATUSES is a pattern of their beginning.
request() {
  local address
  address=\${5:-$(ip -4 -o address show scope global | sed '1!d; s/.* inet //; s/[ /].*//')}
  echo "$1 to \${address:?}:$2$4"
  "$1" "\${@:2}"
}

tcp_connection() { : <>"/dev/tcp/$address/$1"; }

# An answer with a body must say where it ends ("Troubleshoot a Classic Load Balancer: Health checks", User
# Guide for Classic Load Balancers).
http_request() {
  local answer
  exec 3<>"/dev/tcp/$address/$1" || return
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: ELB-HealthChecker/1.0\r\n\r\n' "$3" "$address:$1" >&3
  answer=$(timeout 5 sed '/^\r*$/q' <&3)
  echo "$answer"
  [[ $answer =~ ^HTTP/[0-9.]+\ $2 && \${answer,,} =~ (content-length|transfer-encoding): ]]
}

# https and, without a path, ssl. A load balancer accepts any certificate.
tls_request() {
  python3 - "$address" "$@" <<'END'
import http.client, re, ssl, sys
sys.tracebacklimit = 0
address, port, statuses, path = sys.argv[1:5]
connection = http.client.HTTPSConnection(address, port, timeout=5, context=ssl._create_unverified_context())
connection.connect()
if path:
    connection.request("GET", path, headers={"User-Agent": "ELB-HealthChecker/1.0"})
    answer = connection.getresponse()
    print(answer.status, answer.reason)
    sys.exit(not re.match(statuses, str(answer.status)))
END
}

application_answers() {
  find_process
  if wait_for 30 request "$@"; then return; fi
  if request "\${@:1:4}" 127.0.0.1; then echo 'It answers on 127.0.0.1 only.'; fi
  last_of_journal
  return 1
}

application_starts_at_boot() {
  find_process
  systemctl is-enabled application.service
}

# The folder of a process is its user's, whatever the files in it are.
application_runs_as() {
  find_process
  {
    getent passwd "$1" | grep -vE '^[^:]*:[^:]*:[1-9].*/nologin$' || true
    grep -l 'application\.service$' /proc/[0-9]*/cgroup | xargs dirname | xargs stat -c '%n belongs to %U' | grep -v " $1\$" || true
  } | ends_empty
}

# The kernel must report for the running process: capability 10 (CAP_NET_BIND_SERVICE) only, no way
# to gain more, filtered system calls, no group that is not its user's, and a read-only system. No command of the service
# may run with more than that.
application_is_confined() {
  local seen
  find_process
  seen=$(grep -E '^(Cap(Eff|Bnd)|NoNewPrivs|Seccomp):' "/proc/$process/status" | tr '\t\n' '  ')
  {
    [ "$seen" = 'CapEff: 0000000000000400 CapBnd: 0000000000000400 NoNewPrivs: 1 Seccomp: 2 ' ] || echo "$seen"
    grep ^G "/proc/$process/status" | grep -ow '[0-9]*' | without -f <(id -G "$1" | tr ' ' '\n') | sed 's/^/group /'
    grep -E ' /((etc|usr)\S*)? rw' "/proc/$process/mountinfo" || true
    systemctl show application.service | grep -E 'flags=.*(privileged|no-setuid)' || true
  } | ends_empty
}

# application_is_protected USER FOLDER…: searched as the user, whose groups and access lists count, too. What it owns,
# it can make writable. That /dev/null is found shows that the search took place.
application_is_protected() {
  { runuser -u "$1" -- find -H /dev/null "$home/.." "$home" "$home"/* "\${@:2}" /{etc,run,usr{,/local}/lib}/systemd/system \
    ! -type l \( -writable -o -user "$1" \) -print -prune -o -name .. -prune 2>/dev/null || true; } |
    sort -u | diff - <(printf '%s\n' /dev/null "\${@:2}" | sort)
}

application_restarts() {
  find_process
  kill -KILL "$process"
  find_process "$process"
}

# The limits of all its processes, of open files and of core dumps.
application_has_limits() {
  find_process
  { other_limits "open files +$1 +$1" && other_limits 'core file size +0 +0'; } |
    { grep '^/application\.service ' || true; } | ends_empty
}

application_logs_to_journal() {
  systemctl show --property StandardOutput,StandardError application.service | { grep -v =journal$ || true; } | ends_empty
}
`;
