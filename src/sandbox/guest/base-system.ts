export const systemUsers =
  "root bin daemon sys adm mail nobody sshd systemd-network systemd-resolve".split(" ");

/** Additional accounts of Debian's base-passwd. */
export const aptUsers =
  "sync games man lp news uucp proxy www-data backup list irc _apt systemd-timesync messagebus".split(
    " ",
  );

export const alwaysOn =
  "systemd-journald systemd-logind systemd-udevd dbus multi-user.target".split(" ");

/** Units of systemd and of cloud images that no package of the table contains. */
export const otherUnits =
  "systemd-journald systemd-logind systemd-udevd systemd-networkd systemd-timesyncd dbus cloud-init cloud-final cloud-config getty@tty1 serial-getty@ttyS0 multi-user.target graphical.target ctrl-alt-del.target tmp.mount fstrim.timer apt-daily.timer apt-daily-upgrade.timer dnf-makecache.timer logrotate.timer systemd-tmpfiles-clean.timer ssh.socket".split(
    " ",
  );

export const baseFiles =
  "/etc/passwd /etc/group /etc/shadow /etc/hosts /etc/hostname /etc/fstab /etc/os-release /etc/resolv.conf /etc/nsswitch.conf /etc/profile /etc/shells /etc/services /etc/protocols /etc/localtime /etc/machine-id /etc/issue /etc/ssh/sshd_config /etc/ssh/ssh_config /etc/security/limits.conf /etc/sysctl.conf /etc/login.defs /etc/pam.d/sshd /etc/pam.d/su /etc/sudoers /etc/cloud/cloud.cfg /etc/systemd/system.conf /etc/systemd/user.conf /etc/systemd/journald.conf /etc/systemd/logind.conf /etc/crontab /etc/environment /proc/meminfo /proc/cpuinfo /proc/cmdline /proc/version /proc/mounts /proc/self/status /dev/null /dev/zero /dev/urandom /dev/console /usr/lib/os-release /etc/logrotate.conf /etc/skel/.bashrc /root/.bashrc".split(
    " ",
  );

export const amazonFiles =
  "/usr/sbin/alternatives /usr/sbin/update-alternatives /usr/sbin/authselect /usr/sbin/service /etc/system-release /etc/amazon-linux-release /etc/dnf/dnf.conf /etc/bashrc /etc/chrony.d/ntp-pool.sources /etc/yum.repos.d/amazonlinux.repo /etc/selinux/config /usr/lib/motd.d/10-message".split(
    " ",
  );

export const aptFiles =
  "/usr/bin/update-alternatives /usr/bin/dpkg-deb /usr/bin/dpkg-divert /usr/bin/dpkg-split /usr/bin/dpkg-statoverride /usr/bin/dpkg-trigger /usr/sbin/start-stop-daemon /usr/sbin/dpkg-reconfigure /usr/bin/debconf-set-selections /usr/sbin/invoke-rc.d /usr/sbin/update-rc.d /usr/bin/apt-config /usr/bin/lsb_release /usr/bin/run-parts /usr/bin/which /usr/bin/savelog /usr/bin/ischroot /usr/bin/ucf /usr/sbin/pam-auth-update /usr/sbin/chpasswd /etc/debian_version /etc/apt/apt.conf.d/01autoremove /etc/bash.bashrc /etc/motd /etc/default/grub /etc/default/locale /etc/timezone /etc/adduser.conf /boot/grub/grub.cfg /usr/bin/dpkg-query /usr/bin/apt-get /usr/bin/apt-cache /usr/bin/apt-mark /usr/bin/apt-key /usr/sbin/update-grub /usr/sbin/update-rc.d /usr/bin/dpkg /usr/bin/apt /usr/bin/perl /usr/bin/deb-systemd-helper /usr/sbin/adduser /usr/sbin/addgroup /usr/sbin/dpkg-reconfigure /usr/bin/debconf-set-selections".split(
    " ",
  );

export const baseDirectories =
  "/ /bin /sbin /lib /lib64 /boot /dev /etc /home /media /mnt /opt /proc /root /run /srv /sys /tmp /usr /usr/local /usr/local/bin /usr/local/sbin /usr/local/lib /usr/local/share /usr/share /usr/share/doc /usr/lib /usr/lib64 /usr/lib/systemd /usr/lib/systemd/system /usr/libexec /usr/include /usr/src /var /var/cache /var/lib /var/log /var/tmp /var/run /var/spool /var/spool/cron /var/mail /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.weekly /etc/default /etc/ssl /etc/ssl/certs /etc/pki /etc/profile.d /etc/sysctl.d /etc/security/limits.d /etc/sudoers.d /etc/systemd/system /etc/tmpfiles.d /etc/modprobe.d /etc/modules-load.d /etc/logrotate.d /etc/ssh/sshd_config.d /etc/apt/sources.list.d /var/lib/cloud /var/lib/systemd /var/log/journal".split(
    " ",
  );

/** Commands in /usr/bin that every server has, from coreutils and others. */
export const baseCommands =
  "basenc sdiff rgrep uncompress zcmp zdiff zegrep zfgrep zgrep zless zmore dnsdomainname domainname mountpoint fallocate hardlink ipcs ipcrm lsipc lslocks lslogins lsmem namei setarch setterm utmpdump whereis rename pidof pmap pwdx slabtop snice tload w infocmp tic toe xzcat xzgrep xzdiff xzless bzcat bzgrep bzless getconf localedef pldd tzselect zdump capsh getpcaps perl prove pod2text pod2man mcookie [ arch b2sum base32 base64 basename bash cat chcon chgrp chmod chown cksum comm cp csplit cut date dd df dir dircolors dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes sh systemctl journalctl timedatectl hostnamectl localectl loginctl systemd-run systemd-analyze systemd-tmpfiles systemd-cat systemd-escape systemd-detect-virt busctl find xargs grep egrep fgrep sed awk gawk tar gzip gunzip zcat diff cmp hostname su mount umount kill more logger lsblk findmnt flock getopt lscpu getent locale iconv ldd passwd chage gpasswd newgrp login dmesg ps top free uptime vmstat watch pgrep pkill ip ss ping python3 last lastb mesg wall script setsid setpriv prlimit ionice renice taskset chrt column rev which clear tput reset run-parts dbus-send".split(
    " ",
  );

export const baseAdministration =
  "chfn chsh chgpasswd grpck newusers pwck pwunconv vipw vigr blkdiscard fsfreeze fstrim findfs runuser swaplabel wipefs zramctl partx addpart delpart fsck.ext4 mke2fs mkfs.ext2 mkfs.ext3 dumpe2fs e2label badblocks debugfs iconvconfig zic faillog lastlog useradd userdel usermod groupadd groupdel groupmod chpasswd sysctl ldconfig modprobe lsmod modinfo depmod insmod rmmod mkswap swapon swapoff blkid fdisk losetup fsck nologin chroot visudo reboot shutdown poweroff halt init telinit runlevel agetty sulogin hwclock blockdev pivot_root switch_root mkfs ip ss bridge tc service unix_chkpwd pwconv grpconv vipw faillock".split(
    " ",
  );
