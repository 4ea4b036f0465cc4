import { bash } from "../bash.ts";

/**
 * Removes the builder's identity and history, so that two servers of one image share no secret.
 *
 * Services without root rights write into some of these folders. They choose the names, and may change
 * names and folders during the cleanup. So names are never split at line ends or spaces; they are separated
 * by NUL bytes. And nothing is removed by its path, because a folder in the path could be replaced by a
 * link. find(1) opens the folder itself and removes inside it (findutils' manual, "Security
 * Considerations for find").
 */
export const traces = bash`
# Each function finds the files of one kind. Its arguments are find's action: REMOVE, or -print0.
readonly REMOVE=(-execdir rm -rf -- '{}' +)

identity_files() {
  find /etc/ssh -name 'ssh_host_*' "$@"
  find /etc/machine-id /var/lib/dbus/machine-id -type f -size +0 "$@" 2>/dev/null || true
  find /var/lib/systemd/random-seed /var/lib/urandom/random-seed /boot/efi/loader/random-seed \
    /var/lib/systemd/credential.secret "$@" 2>/dev/null || true
  # The journal's folders, whose names are the machine id.
  find /var/log/journal -mindepth 1 -maxdepth 1 -regex '.*/[0-9a-f]+\(\..*\)?' "$@" 2>/dev/null || true
  # The agent's registration with AWS Systems Manager.
  find /var/lib/amazon/ssm -mindepth 1 "$@" 2>/dev/null || true
}

# State of cloud-init and the DHCP clients about this machine. A new instance creates its own.
provisioning_files() {
  find /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem \
    /etc/netplan/50-cloud-init.yaml /etc/network/interfaces.d/50-cloud-init \
    /etc/udev/rules.d/70-persistent-net.rules -maxdepth 0 "$@" 2>/dev/null || true
  find /var/lib/dhcp /var/lib/dhclient /var/lib/NetworkManager -name '*lease*' -type f "$@" 2>/dev/null || true
  # All files: the identity (duid) and the secret are stored beside the leases.
  find /var/lib/dhcpcd -type f "$@" 2>/dev/null || true
}

log_files() {
  find /var/log /var/crash /var/lib/systemd/coredump -type f "$@" 2>/dev/null || true
  find /root /home -maxdepth 2 \( -name '.*_history' -o -name .cache -o -name .lesshst \) \
    -prune "$@" || true
  find /tmp /var/tmp -mindepth 1 -maxdepth 1 ! -name '.*-unix' ! -name 'systemd-private-*' "$@"
  # Services create and remove their private folders for temporary files, and every boot removes those
  # of the previous boot (tmpfiles.d/systemd-tmp.conf). Only files in such a folder count.
  find /tmp/systemd-private-* /var/tmp/systemd-private-* -mindepth 2 "$@" 2>/dev/null || true
}

remove_build_traces() {
  stop_if_a_check_failed
  step remove_build_traces
  # Stops the services that would write again, and the timers that would start them. Disables nothing.
  systemctl stop '*.timer' cron.service crond.service 'refresh-policy-routes@*.service' \
    amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service \
    application.service rsyslog.service syslog.socket 2>/dev/null || true
  # The journal stays in memory from here on. Otherwise it would create a new file after the removal.
  journalctl --relinquish-var || true
  remove_package_caches
  identity_files "\${REMOVE[@]}"
  provisioning_files "\${REMOVE[@]}"
  log_files "\${REMOVE[@]}"
  find /tmp /var/tmp -mindepth 1 -maxdepth 1 -name 'systemd-private-*' "\${REMOVE[@]}"
  # Empty instead of absent: the next boot creates a new id. Without the file, systemd would treat the boot
  # as a first installation and reset which units are enabled.
  : >/etc/machine-id
}

# none_of FUNCTION: succeeds when the function finds nothing.
none_of() {
  local seen
  "$1" -print0 >"$work/left"
  mapfile -d '' -t seen <"$work/left"
  # A name is printed as bash would quote it, so that any name fits on one line.
  [ "\${#seen[@]}" = 0 ] || { printf '%q\n' "\${seen[@]}" && return 1; }
}

identity_is_removed() {
  [ -e /etc/machine-id ]
  none_of identity_files
}

provisioning_is_removed() { none_of provisioning_files; }

logs_are_removed() { none_of log_files; }
`;
