import { bash } from "../bash.ts";
import { configurationNames, configuredSecret, secretContent, secretNames } from "../secrets.ts";

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
# found CONDITION…: finds below these folders, or those of a caller that names others. A file
# may not exist, or be deleted during the search. A search that fails for another reason has not found nothing.
places=(/boot/efi/loader /etc /home /opt /root /srv /tmp /usr/local /var)
found() {
  find "\${places[@]}" -regextype posix-extended "$@" 2>"$work/errors" ||
    { [ -s "$work/errors" ] && ! grep -v 'No such file' "$work/errors"; }
}

# Each function finds the files of one kind. Its arguments are find's action: REMOVE, OVERWRITE, or -print0.
readonly REMOVE=(-execdir rm -rf -- {} +)
# The blocks of a removed file stay on the disk, and so in the image. Only root writes into the folders of these files.
readonly OVERWRITE=(-type f -execdir shred -zn0 --remove=unlink {} +)

# The journal's folders have the machine id as their name. The registration with AWS Systems Manager, the device key of
# snapd, the key with which fwupd signs its own files, and the names of this machine for storage networks.
identity_files() {
  found '(' -type d -o -type f -size +0 ')' \
    '(' -regex '/boot/efi/loader/random-seed|/etc/(ssh/ssh_host_.*|machine-id|hostid|nvme/host.*)|/var/log/journal/[0-9a-f]+([/.].*)?|/var/lib/(dbus/machine-id|systemd/(random-seed|credential.secret)|(amazon/ssm|fwupd/pki|snapd/device/[^/]*)/.*)' \
    -o -path /etc/iscsi/initiatorname.iscsi -exec grep -q ^Init {} ';' ')' "$@"
}

# State of cloud-init and the DHCP clients about this machine.
# A new instance creates its own. The identity (duid) and the secret of dhcpcd are stored beside its leases. EC2's names of
# hosts begin with ip-10-0-0-1 or with the instance's id.
provisioning_files() {
  found '(' -regex '/var/lib/cloud/(instances?|data|sem)(/.*)?|/etc/net[^/]*/.*50-cloud-init.*' \
    -o -path /etc/hostname -exec grep -q '^ip\?-[0-9]' {} ';' \
    -o -type f -regex '/var/lib/((dhcpcd|NetworkManager)/.*|(dhcp|dhclient)/.*lease.*)' ')' "$@"
}

# Services create and remove their private folders for temporary files, and every boot removes those
# of the previous boot (tmpfiles.d/systemd-tmp.conf). Only files in such a folder count.
log_files() {
  found '(' -type f -regex '/var/(log|crash|lib/systemd/coredump)/.*|.*/\.([^/]*_history|lesshst|viminfo)' \
    -o -regex '(/root|/home/[^/]*)/\.cache|(/tmp|/var/tmp)/systemd-private-[^/]*/[^/]*/.*' \
    -o -regex '(/tmp|/var/tmp)/[^/]*' ! -regex '/tmp/\.(X11|ICE|XIM|font|Test)-unix' ! -name 'systemd-private-*' ')' "$@"
}

remove_build_traces() {
  stop_if_a_check_failed
  step remove_build_traces
  # Stops the services that would write again, and the timers that would start them. Disables nothing.
  systemctl stop '*.timer' 'cron*' 'refresh-policy-routes@*' '*amazon-ssm-agent*' application '*syslog*' 2>/dev/null || true
  # The journal stays in memory from here on. Otherwise it would create a new file after the removal.
  journalctl --relinquish-var || true
  identity_files "\${OVERWRITE[@]}"
  remove_package_caches
  identity_files "\${REMOVE[@]}"
  provisioning_files "\${OVERWRITE[@]}"
  provisioning_files "\${REMOVE[@]}"
  log_files "\${REMOVE[@]}"
  found -regex '(/tmp|/var/tmp)/systemd-private-[^/]*' "\${REMOVE[@]}"
  # Empty instead of absent: the next boot creates a new id. Without the file, systemd would treat the boot
  # as a first installation and reset which units are enabled.
  : >/etc/machine-id
}

# none_of FUNCTION: succeeds when the function finds nothing. A name is printed as a shell would quote it, so that any
# name fits on one line. The machine id is empty, and exists.
none_of() {
  [ -e /etc/machine-id ]
  "$@" -print0 | xargs -0r printf '%q\n' | ends_empty
}

# Only the paths, never the secret. Everywhere, but for what is of the distribution alone or no part of the disk.
secret_files() {
  local places=(/ /usr/local)
  found -regex '/(dev|proc|run|snap|sys|usr)|.*/((site|dist)-packages|node_modules|ssl-cert-snakeoil.key|var/lib/(reconcile|docker|container[ds]))' -prune -o \
    -type f -print0 >"$work/files"
  grep -zE '${secretNames}' "$work/files" || true
  grep -zE '${configurationNames}' "$work/files" | xargs -0r grep -IlsZP '(?i)${configuredSecret}' || true
  xargs -0r grep -IlsZP '${secretContent}' <"$work/files" || true
}

# other_secret_files FILE… -print0: all but these.
other_secret_files() { secret_files | grep -zvxFf <(printf '%s\n' "$@") || true; }
`;
