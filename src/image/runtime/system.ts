import { bash } from "../bash.ts";

/** The steps for updates, the kernel, limits, ports, files and services, and the checks that verify them. */
export const system = bash`
# After the restart the settings stay as the boot has left them.
apply_kernel_settings() {
  if [ "$part" = rest ]; then return; fi
  /usr/lib/systemd/systemd-sysctl
  # With the distribution's own kernel.printk, kernel messages would interrupt the lines on the console.
  dmesg -n 1 || true
}

# disable_automatic_updates UNITS…: a masked unit stays off, even if its package comes later.
disable_automatic_updates() {
  step disable_automatic_updates
  systemctl mask -- "$@"
  systemctl stop -- "$@" || true
}

automatic_updates_are_disabled() {
  local unit
  for unit in "$@"; do systemctl is-enabled "$unit" | grep -v masked | sed "s/^/$unit is /" || true; done | ends_empty
}

# run_as ACCOUNT|services COMMAND: through PAM like any login, services through systemd.
run_as() {
  case $1 in
    services) systemd-run -qPG --wait bash -c "$2" ;;
    *) su -s /bin/bash "$1" -c "$2" ;;
  esac
}

# write_manager_setting NAME LINE: for systemd's system manager and user managers.
write_manager_setting() {
  local scope
  for scope in system user; do
    mkdir -p "/etc/systemd/$scope.conf.d"
    printf '%s\n' '[Manager]' "$2" >"/etc/systemd/$scope.conf.d/zz-reconcile-$1.conf"
  done
  systemctl daemon-reexec
}

# zz: read after every other file, and after /etc/sysctl.conf.
set_kernel_settings() {
  step set_kernel_settings
  # Scanners do not read a name behind "-". A name that the kernel does not have is only a warning.
  printf '%s\n' "\${@#-}" >/etc/sysctl.d/zz-reconcile.conf
  apply_kernel_settings
}

# Before the restart, applies the settings of the next boot, so a later file with other values is detected here.
kernel_settings_are() {
  local setting name file seen
  apply_kernel_settings
  for setting in "$@"; do
    name=\${setting%%=*}
    name=\${name#-}
    # The star in a name matches every interface. A name that the kernel does not have stays unchanged.
    for file in /proc/sys/\${name//.//}; do
      if [[ $setting == -* ]] && [ ! -e "$file" ]; then continue; fi
      # Between several numbers the kernel writes tabs.
      seen=$(tr '\t' ' ' <"$file" || true)
      [ "$seen" = "\${setting#*=}" ] || echo "expected $setting, but $file is $seen"
    done
  done | ends_empty
}

disable_ipv6() {
  step disable_ipv6
  printf 'net.ipv6.conf.%s.disable_ipv6=1\n' all default lo >/etc/sysctl.d/zz-reconcile-ipv6.conf
  apply_kernel_settings
  # Network managers may enable IPv6 again for an interface, but not when the kernel has no IPv6.
  set_boot_argument ipv6.disable=1
}

# For systems without a supported boot loader. Succeeds in a container, which starts no kernel.
has_no_kernel() {
  if ls /boot/vmlinu* &>/dev/null; then echo 'no known boot loader' >&2 && return 1; fi
}

# Each kernel's line has the argument, and no other value of it, which could count instead.
has_boot_argument() {
  local lines
  lines=$(kernel_lines)
  {
    grep -vwe "$1" <<<"$lines" || true
    kernel_lines | sed "s/ $1\b//g" | grep -e " \${1%=*}=" || true
  } | ends_empty
}

# The first file has the addresses.
ipv6_is_disabled() {
  { grep -Hsvx 1 /proc/net/if_inet6 /proc/sys/net/ipv6/conf/*/disable_ipv6 || true; } | ends_empty
}

ipv6_stays_disabled() {
  local name
  for name in all default lo; do
    grep -x "net.ipv6.conf.$name.disable_ipv6=1" /etc/sysctl.d/zz-reconcile-ipv6.conf
    kernel_settings_are "-net.ipv6.conf.$name.disable_ipv6=1"
  done
  has_boot_argument ipv6.disable=1
}

# A star in limits.conf does not match root, and PAM's limits do not reach services.
limit_open_files() {
  step limit_open_files "$1"
  printf '%s\n' {'*',root}' '{soft,hard}" nofile $1" >/etc/security/limits.d/zz-reconcile-files.conf
  write_manager_setting files "DefaultLimitNOFILE=$1"
}

# PAM's limits may differ for every user and group.
open_files_limit_is() {
  local account seen
  for account in \${1/users/nobody $(login_accounts | grep -vx root || true)}; do
    seen=$(run_as "$account" 'ulimit -Sn; ulimit -Hn' | paste -s -d ' ')
    [ "$seen" = "$2 $2" ] || echo "$account: $seen"
  done | ends_empty
}

# other_limits LIMIT: prints the service and the name of each process without this line in its limits, and
# what it has instead. Kernel threads have no program.
other_limits() {
  local file unit
  grep -sLE "^Max $1 " /proc/[0-9]*/limits | while read -r file; do
    file=\${file%/*}
    if [ -e "$file/exe" ] && unit=$(tail -n 1 "$file/cgroup"); then
      echo "/\${unit##*/} $(cat "$file/comm"): $(grep "^Max \${1%% *}" "$file/limits" | tr -s ' ')"
    fi
  done || true
} 2>/dev/null

# Services that set their own limit in the base image, by their unit or by their program, may keep it.
own_limits() {
  grep -srl '^LimitNOFILE=' /usr/lib/systemd/system /etc/systemd/system | sed -n 's|.*/\([^/]*\.service\).*|/\1|p' || true
  other_limits "open files +$(ulimit -Sn) +$(ulimit -Hn)" | cut -d ' ' -f 1
}

processes_open_files_are() {
  other_limits "open files +$1 +$1" | { grep -vFf "$saved/limits" || true; } | ends_empty
}

disable_core_dumps() {
  step disable_core_dumps
  printf '%s\n' {'*',root}' '{soft,hard}' core 0' >/etc/security/limits.d/zz-reconcile-core.conf
  write_manager_setting core DefaultLimitCORE=0
  mkdir -p /etc/systemd/coredump.conf.d
  printf '%s\n' '[Coredump]' Storage=none ProcessSizeMax=0 \
    >/etc/systemd/coredump.conf.d/zz-reconcile.conf
  printf '%s\n' 'kernel.core_pattern=|/bin/false' fs.suid_dumpable=0 \
    >/etc/sysctl.d/zz-reconcile-core.conf
  apply_kernel_settings
}

core_dumps_are_disabled() {
  local kind seen
  for kind in nobody root services $(login_accounts); do
    seen=$(run_as "$kind" 'ulimit -Hc')
    echo "limit of $kind: $seen"
    [ "$seen" = 0 ]
  done
  kernel_settings_are 'kernel.core_pattern=|/bin/false' fs.suid_dumpable=0
}

# is_let_in PROTOCOL PORT PORTS…: whether one of the ranges contains the port: 80, 8000-8010 (TCP), udp:53.
is_let_in() {
  local ports
  for ports in "\${@:3}"; do
    [[ $ports == u* ]] || ports=tcp:$ports
    [[ $ports == "$1":* ]] && ports=\${ports#*:} && [ "$2" -ge "\${ports%-*}" ] && [ "$2" -le "\${ports#*-}" ] && return
  done
  return 1
}

disable_ssh_server() {
  step disable_ssh_server
  local unit
  for unit in ssh.socket sshd.socket ssh.service sshd.service; do
    # Disabling a unit removes its aliases, which cannot be masked.
    case $(systemctl is-enabled "$unit" 2>/dev/null || true) in '' | not-found) continue ;; esac
    systemctl --no-reload disable --now "$unit"
    systemctl --no-reload mask "$unit"
  done
  systemctl daemon-reload
}

close_ports() {
  step close_ports
  mkdir -p /etc/systemd/resolved.conf.d
  printf '%s\n' '[Resolve]' LLMNR=no MulticastDNS=no >/etc/systemd/resolved.conf.d/zz-reconcile.conf
  systemctl try-restart systemd-resolved.service || true
}

# "ss" prints at least five columns: protocol, state, two queues, local address, …
nothing_else_is_reachable() {
  local protocol place line
  ss -Hlntup >"$work/sockets" || return
  while read -r line; do
    read -r protocol _ _ _ place _ <<<"$line"
    case $place in 127.* | '[::1]':* | '[::ffff:127.'*) continue ;; esac
    # The ports of the DHCP client, for a program with the name of one: dhclient, dhcpcd, systemd-networkd, NetworkManager.
    if [[ "$line" =~ ^udp.*:(68|546)\ .*\"(dhc|systemd-n|NetworkM) ]]; then continue; fi
    is_let_in "$protocol" "\${place##*:}" "$@" || echo "$line"
  done <"$work/sockets" | ends_empty
}

# A query to a name server uses a port for a moment, so this check repeats.
only_listening() { wait_for 5 nothing_else_is_reachable "$@"; }

# It fails for a name that exists: a package may have created it, with files that the application would share. A base
# image of an earlier build may have the application's own user.
create_user() {
  step create_user "$1"
  { [ -e /var/lib/application ] && id "$1"; } || useradd -rUMd /nonexistent -s /usr/sbin/nologin -- "$1"
}

# put_file PATH MODE OWNER: writes standard input to the file.
put_file() {
  mkdir -p -- "$(dirname -- "$1")"
  install -m "$2" -- /dev/stdin "$1"
  chown -h -- "$3" "$1"
}

write_text_file() {
  step write_text_file "$1"
  join_lines "\${@:4}" | put_file "$1" "$2" "$3"
}

write_binary_file() {
  step write_binary_file "$1"
  base64 --decode <<<"$4" | put_file "$1" "$2" "$3"
}

file_is() {
  local seen sum
  seen=$(stat -c '%F, mode %a, owner %U:%G' -- "$1")
  read -r sum _ < <(sha256sum <"$1")
  echo "$seen, SHA-256 $sum"
  [[ "$seen:" == "regular "*" mode $(printf '%o' "$((0$2))"), owner $3:"* ]] && [ "$sum" = "$4" ]
}

enable_services() {
  step enable_services "$@"
  local status=0
  systemctl enable -- "$@"
  doing="systemctl restart -- $*"
  # Longer than the 90 seconds that systemd itself gives a service.
  timeout 120 systemctl restart -- "$@" || status=$?
  if [ "$status" = 124 ]; then systemctl list-jobs; fi
  [ "$status" = 0 ]
}

service_is_running() {
  # In the background, so that both answers are said.
  systemctl is-enabled -- "$1" &
  wait_for 15 systemctl is-active -- "$1"
  wait "$!"
}

no_job_waits() { systemctl list-jobs --no-legend | ends_empty; }

# 300 seconds: systemd gives a service 90, and waits 120 for the network. Units that failed before the build began are the base image's own.
system_starts() {
  local name status=0
  wait_for 300 no_job_waits || status=1
  while read -r name _; do
    if grep -qxFe "$name" "$saved/failed"; then continue; fi
    status=1
    echo "$name failed:"
    journalctl -b -qu "$name" -n 4 -o cat || true
  done < <(systemctl list-units --failed --plain --no-legend)
  start_what_timers_start
  return "$status"
}

# What timers would start later in every boot would be missed by a single look. The timers of the base image
# are skipped. A timer by the calendar has nothing to do with the boot.
start_what_timers_start() {
  local timer
  while read -r timer _; do
    if grep -qxFe "$timer" "$saved/timers"; then continue; fi
    if systemctl show --property TimersMonotonic "$timer" | grep -qE 'On(Boot|Startup|Active)USec'; then
      systemctl start --no-block "$(systemctl show --property Unit --value "$timer")" || true
    fi
  done < <(systemctl list-units --type timer --plain --no-legend)
  wait_for 30 no_job_waits >/dev/null || true
}

# Not chronyc tracking, which succeeds without any source. Without a limit of the error, because a first look may come
# before the clock is corrected.
time_is_synchronised() {
  { chronyc waitsync 60 0 0 1 && chronyc -n sources | grep -F 169.254.169.123; } || { chronyc -n sources && return 1; }
}
`;
