import { bash } from "../bash.ts";

/**
 * The builder's identity and history are removed, so that two servers of one image share no secret.
 *
 * Services that are not root write into some of these folders, so names and folders are theirs to choose, and
 * to change meanwhile. Names are never cut at line ends or spaces: they go through NUL bytes, or not at all. And
 * nothing is removed by its path, in which a folder could turn into a link: find(1) has the folder itself
 * open and removes inside it (findutils' manual, "Security Considerations for find").
 */
export const traces = bash`
# Each lists what it is named for, by the last arguments of find: REMOVE, or -print0.
readonly REMOVE=(-execdir rm -rf -- '{}' +)

identity_files() {
  find /etc/ssh -name 'ssh_host_*' "$@"
  find /etc/machine-id /var/lib/dbus/machine-id -type f -size +0 "$@" 2>/dev/null || true
  find /var/lib/systemd/random-seed /var/lib/urandom/random-seed /boot/efi/loader/random-seed \
    /var/lib/systemd/credential.secret "$@" 2>/dev/null || true
  # The journal's folders, named by the machine id.
  find /var/log/journal -mindepth 1 -maxdepth 1 -regex '.*/[0-9a-f]+\(\..*\)?' "$@" 2>/dev/null || true
  # The agent's registration with AWS Systems Manager.
  find /var/lib/amazon/ssm -mindepth 1 "$@" 2>/dev/null || true
}

# What cloud-init and the DHCP clients knew of this machine; a new instance makes its own.
provisioning_files() {
  find /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem \
    /etc/netplan/50-cloud-init.yaml /etc/network/interfaces.d/50-cloud-init \
    /etc/udev/rules.d/70-persistent-net.rules -maxdepth 0 "$@" 2>/dev/null || true
  find /var/lib/dhcp /var/lib/dhclient /var/lib/NetworkManager -name '*lease*' -type f "$@" 2>/dev/null || true
  # Not by name: its identity (duid) and its secret are beside its leases.
  find /var/lib/dhcpcd -type f "$@" 2>/dev/null || true
}

log_files() {
  find /var/log /var/crash /var/lib/systemd/coredump -type f "$@" 2>/dev/null || true
  find /root /home -maxdepth 2 \( -name '.*_history' -o -name .cache -o -name .lesshst \) \
    -prune "$@" || true
  find /tmp /var/tmp -mindepth 1 -maxdepth 1 ! -name '.*-unix' ! -name 'systemd-private-*' "$@"
  # Private folders for temporary files come and go with their services, and every boot removes those
  # of the one before (tmpfiles.d/systemd-tmp.conf): what is in them counts.
  find /tmp/systemd-private-* /var/tmp/systemd-private-* -mindepth 2 "$@" 2>/dev/null || true
}

remove_build_traces() {
  stop_if_a_check_failed
  step remove_build_traces
  # Those that would write again, and what would start them: stopped, not disabled.
  systemctl stop '*.timer' cron.service crond.service 'refresh-policy-routes@*.service' \
    amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service \
    application.service rsyslog.service syslog.socket 2>/dev/null || true
  # The journal stays in memory from here on; it would make a new file for the one that is removed.
  journalctl --relinquish-var || true
  remove_package_caches
  identity_files "\${REMOVE[@]}"
  provisioning_files "\${REMOVE[@]}"
  log_files "\${REMOVE[@]}"
  find /tmp /var/tmp -mindepth 1 -maxdepth 1 -name 'systemd-private-*' "\${REMOVE[@]}"
  # Empty, not absent: the next boot makes a new one without taking itself for a first installation,
  # which would reset what is enabled.
  : >/etc/machine-id
}

# none_of FUNCTION: it lists nothing.
none_of() {
  local seen
  "$1" -print0 >"$work/left"
  mapfile -d '' -t seen <"$work/left"
  # A name is said as bash would write it: on one line, whatever is in it.
  [ "\${#seen[@]}" = 0 ] || { printf '%q\n' "\${seen[@]}" && return 1; }
}

identity_is_removed() {
  [ -e /etc/machine-id ]
  none_of identity_files
}

provisioning_is_removed() { none_of provisioning_files; }

logs_are_removed() { none_of log_files; }
`;
