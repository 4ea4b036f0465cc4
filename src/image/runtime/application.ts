import { bash } from "../bash.ts";

/** The steps and checks of the application: sources, virtual environment, confined service. */
export const application = bash`
readonly home=/opt/application

# fetch_application FILENAME URL SHA256
fetch_application() {
  step fetch_application "$1"
  mkdir -p "$home/source"
  python3 - "$@" "$home/source" <<'END'
import hashlib, os, shutil, sys, tempfile, time, urllib.request

filename, url, sha256, folder = sys.argv[1:]
for attempt in range(5):
    try:
        content = urllib.request.urlopen(url, timeout=60).read()
        break
    # An answer that ends too early is no OSError (http.client.IncompleteRead).
    except Exception as error:
        print(error)
        time.sleep(2)
else:
    sys.exit("cannot download the application's source")
seen = hashlib.sha256(content).hexdigest()
if seen != sha256:
    sys.exit(f"the SHA-256 of the application's source is {seen}, expected {sha256}")
if filename.endswith((".tar.gz", ".tgz", ".tar", ".zip")):
    with tempfile.TemporaryDirectory() as scratch:
        archive = os.path.join(scratch, filename)
        with open(archive, "wb") as file:
            file.write(content)
        shutil.unpack_archive(archive, folder)
else:
    with open(os.path.join(folder, filename), "wb") as file:
        file.write(content)
END
  chmod -R u=rwX,go=rX "$home/source"
}

install_python_packages() {
  step install_python_packages "$@"
  python3 -m venv "$home/environment"
  "$home/environment/bin/pip" install --no-cache-dir --disable-pip-version-check --retries 5 -- "$@"
  "$home/environment/bin/pip" check
  # The exact versions in this image, for an audit.
  "$home/environment/bin/pip" freeze >"$home/requirements.txt"
}

# Without an index, pip can only succeed when the requirement is already installed.
application_has() {
  "$home/environment/bin/pip" install --no-index --no-deps --disable-pip-version-check -- "$1"
}

# install_application USER PORT COMMAND-LINE…
install_application() {
  step install_application "$1" "$2"
  local user=$1 port=$2
  shift 2
  mkdir -p "$home/source"
  printf '#!/bin/bash\nexec /bin/bash -c %q\n' "$(join_lines "$@")" |
    put_file "$home/start" 0755 root
  put_file /etc/systemd/system/application.service 0644 root <<END
[Unit]
Description=The application
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=$user
Group=$user
WorkingDirectory=$home/source
Environment=PATH=$home/environment/bin:/usr/bin:/bin PORT=$port PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
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
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
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

main_process() { systemctl show --property MainPID --value application.service; }

last_of_journal() { journalctl --quiet --unit application.service --lines 12 --output cat || true; }

answer_below_500() {
  local version status
  # A separate shell, so that a refused connection ends only that shell. An unread answer may break the pipe.
  read -r version status _ < <(timeout 10 bash -c '
    exec 3<>"/dev/tcp/127.0.0.1/$0"
    printf "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: reconcile\r\n\r\n" >&3
    read -r line <&3 && echo "$line"' "$1") || return 1
  echo "$version $status"
  [[ $version == HTTP/* ]] && [[ $status == [1-4][0-9][0-9]* ]]
}

application_answers() {
  if wait_for 30 answer_below_500 "$1"; then return; fi
  last_of_journal
  return 1
}

application_runs_as() {
  local process owner
  wait_for 30 systemctl is-active application.service
  [ "$(id -u "$1")" != 0 ]
  getent passwd "$1"
  getent passwd "$1" | grep -q '/nologin$'
  while read -r process; do
    owner=$(stat --format=%U "\${process%/cgroup}" || echo "$1")
    echo "\${process%/cgroup} belongs to $owner"
    [ "$owner" = "$1" ]
  done < <(grep -l 'application\.service$' /proc/[0-9]*/cgroup)
}

# The kernel must report for the running process: capability 10 (CAP_NET_BIND_SERVICE) only, no way
# to gain more, filtered system calls, and a read-only root file system.
application_is_confined() {
  local process mount options
  wait_for 30 systemctl is-active application.service
  process=$(main_process)
  grep -E '^(NoNewPrivs|CapBnd|CapEff|Seccomp):' "/proc/$process/status"
  grep -q -P '^NoNewPrivs:\t1$' "/proc/$process/status"
  grep -q -P '^CapBnd:\t0{13}400$' "/proc/$process/status"
  grep -q -P '^CapEff:\t0{13}400$' "/proc/$process/status"
  grep -q -P '^Seccomp:\t2$' "/proc/$process/status"
  while read -r _ _ _ _ mount options _; do
    if [ "$mount" = / ]; then echo "/ is $options" && [[ $options == ro* ]]; fi
  done <"/proc/$process/mountinfo"
}

runs_again() {
  local process
  process=$(main_process) && [ "$process" != 0 ] && [ "$process" != "$1" ] && kill -0 "$process"
}

application_restarts() {
  local process
  wait_for 30 systemctl is-active application.service
  process=$(main_process)
  kill -KILL "$process"
  if ! wait_for 30 runs_again "$process"; then echo 'the application did not restart after it was killed' && return 1; fi
}

application_logs_to_journal() {
  systemctl show --property StandardOutput,StandardError application.service
  [ "$(systemctl show --property StandardOutput,StandardError --value application.service |
    paste -s -d ' ')" = 'journal journal' ]
}
`;
