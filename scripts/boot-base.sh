#!/bin/bash
# Makes the Debian 12 system that the boot tests harden: minimal, with cloud-init, an SSH server, a
# kernel and a boot loader's configuration, and open in every way that the build script must close.
# Packages come from wherever this machine's own apt gets Debian's; nothing is named here.
#
# usage: boot-base.sh FOLDER   makes FOLDER/system, unless it is there
set -euo pipefail

folder=$1
system=$folder/system
tools=(mmdebstrap qemu-system-x86 qemu-utils systemd-container genisoimage shellcheck e2fsprogs
  apt-utils dnf createrepo-c rpm)
if ! dpkg --status "${tools[@]}" >/dev/null 2>&1; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${tools[@]}"
fi

if [ -e "$system.made" ]; then exit; fi
# Whose repositories they are is known from their lists alone.
apt-get update -q
mkdir -p "$folder"
rm -rf "$system"

# The machine's sources of Debian itself, without the third parties'.
# shellcheck disable=SC2016 # apt's own notation
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
  'Created-By: Packages' 'Origin: Debian' | grep -E ' bookworm(-updates|-security)? ' | sort -u)
settings=$(apt-config dump Acquire | grep -iE '^Acquire::(https?::|Check-|Retries)' || true)

packages=(systemd-sysv dbus udev ca-certificates libpam-systemd passwd openssh-server openssl iproute2
  ifupdown isc-dhcp-client cloud-init linux-image-cloud-amd64 grub2-common python3-minimal)
# shellcheck disable=SC2016 # the hook's own parameter
mmdebstrap --variant=apt --include="$(IFS=, && echo "${packages[*]}")" \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --customize-hook='chroot "$1" apt-get install -y --allow-downgrades openssl/bookworm' \
  bookworm "$system" - <<<"$sources"
# One small package is behind, so that the build script has a security update to install.
chroot "$system" dpkg-query --show openssl

# What stands between it and its packages: the machine's own settings, for apt and for pip.
printf '%s\n' "$sources" >"$system/etc/apt/sources.list"
printf '%s\n' "$settings" >"$system/etc/apt/apt.conf.d/80-machine"
cp /etc/ssl/certs/ca-certificates.crt "$system/etc/ssl/certs/"
{ echo '[global]' && python3 -m pip config list 2>/dev/null |
  sed -nE "s/^(global|:env:)\.(index-url|extra-index-url|trusted-host|proxy|cert|timeout)='(.*)'$/\2 = \3/p" | sort -u; } \
  >"$system/etc/pip.conf"

echo '/dev/vda / ext4 defaults 0 1' >"$system/etc/fstab"

# Where a boot loader's configuration goes; the tests start the kernel as it says.
mkdir -p "$system/boot/grub"

# Open doors for the build script to close.
chroot "$system" useradd --create-home --shell /bin/bash admin
chroot "$system" chpasswd <<<$'admin:letmein\nroot:letmein'
printf '%s yes\n' PermitRootLogin PasswordAuthentication >"$system/etc/ssh/sshd_config.d/50-cloud-init.conf"
echo 'left over' >"$system/root/.bash_history"
touch "$system.made"
