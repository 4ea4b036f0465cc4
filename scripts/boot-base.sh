#!/bin/bash
# Creates the Debian 12 system that the boot tests harden: a minimal system with cloud-init, an SSH
# server, a kernel and a boot loader configuration. It has every weakness that the build script must
# remove. Also downloads the packages that the script installs. All packages come from the apt and pip
# sources of this machine.
#
# usage: boot-base.sh FOLDER ADDRESS PACKAGES REQUIREMENTS
#   creates FOLDER/system, which uses the repositories ADDRESS/debian and ADDRESS/python, and
#   FOLDER/packages, which the tests serve at ADDRESS. Does nothing when both exist.
set -euo pipefail

folder=$1 address=$2 packages=$3 requirements=$4
system=$folder/system
tools=(mmdebstrap qemu-system-x86 systemd-container genisoimage shellcheck e2fsprogs
  apt-utils dnf createrepo-c rpm lynis)
if ! dpkg --status "${tools[@]}" >/dev/null 2>&1; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${tools[@]}"
fi

made=$(sha256sum <"$0")$*
if [ "$(cat "$system.made" 2>/dev/null)" = "$made" ]; then exit; fi
# Only the package lists tell the origin of a repository.
apt-get update -q
rm -rf "$system.made" "$system" "$folder/packages" "$folder/base.img"
mkdir -p "$folder/packages/debian" "$folder/packages/python"

# The Debian sources of this machine, without third-party sources.
# shellcheck disable=SC2016 # apt's own notation
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
  'Created-By: Packages' 'Origin: Debian' | grep -E ' bookworm(-updates|-security)? ' | sort -u)
apt-config dump Acquire | grep -iE '^Acquire::(https?::|Check-|Retries)' >"$folder/apt.conf" || true

base=(systemd-sysv dbus udev ca-certificates libpam-systemd passwd sudo openssh-server openssl iproute2
  ifupdown isc-dhcp-client cloud-init linux-image-cloud-amd64 grub2-common netbase tzdata python3
  python3-distutils)
# One small package stays outdated, so that the build script has a security update to install. The
# packages that it installs are downloaded, and moved out of the system.
# shellcheck disable=SC2016 # the hooks' own parameter
mmdebstrap --variant=apt --include="$(IFS=, && echo "${base[*]}")" \
  --aptopt="$folder/apt.conf" --aptopt='Acquire::Languages "none"' \
  --customize-hook='chroot "$1" apt-get install -y --allow-downgrades openssl/bookworm' \
  --customize-hook='chroot "$1" apt-get clean' \
  --customize-hook='chroot "$1" apt-get full-upgrade -y --download-only' \
  --customize-hook="chroot \"\$1\" apt-get install -y --download-only $packages" \
  --customize-hook="mv \"\$1\"/var/cache/apt/archives/*.deb $folder/packages/debian" \
  bookworm "$system" - <<<"$sources"

# A repository of Debian's own packages, small enough for an emulated machine to read its list.
(
  cd "$folder/packages/debian"
  apt-ftparchive packages . >Packages
  apt-ftparchive release . >Release
)
# shellcheck disable=SC2086 # several words
python3 -m pip download --quiet --disable-pip-version-check --dest "$folder/packages/python" \
  --only-binary :all: --python-version 3.11 --platform manylinux2014_x86_64 $requirements

# The new system does not use the repositories of this machine.
rm "$system/etc/apt/apt.conf.d/99mmdebstrap"
echo "deb [trusted=yes] $address/debian ./" >"$system/etc/apt/sources.list"
host=${address#*//}
printf '%s\n' '[global]' "index-url = $address/python" "trusted-host = ${host%:*}" >"$system/etc/pip.conf"
# The address of this machine as seen from an emulated machine.
echo "10.0.2.2 ${host%:*}" >>"$system/etc/hosts"

echo '/dev/vda / ext4 defaults 0 1' >"$system/etc/fstab"

# The folder of the boot loader configuration. The tests start the kernel as it says.
mkdir -p "$system/boot/grub"

# As on EC2, where cloud-init creates this user and its rights before a build begins.
printf '%s\n' 'system_info:' '  default_user:' '    name: admin' '    sudo: ALL=(ALL) NOPASSWD:ALL' \
  '    shell: /bin/bash' >"$system/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg"
echo 'admin ALL=(ALL) NOPASSWD:ALL' >"$system/etc/sudoers.d/90-cloud-init-users"
chmod 0440 "$system/etc/sudoers.d/90-cloud-init-users"

# Weaknesses that the build script must remove.
chroot "$system" useradd --create-home --shell /bin/bash admin
chroot "$system" chpasswd <<<$'admin:letmein\nroot:letmein'
printf '%s yes\n' PermitRootLogin PasswordAuthentication >"$system/etc/ssh/sshd_config.d/50-cloud-init.conf"
echo 'left over' >"$system/root/.bash_history"

# A file system image, as on a disk.
mkfs.ext4 -q -F -d "$system" "$folder/base.img" 3G
echo "$made" >"$system.made"
