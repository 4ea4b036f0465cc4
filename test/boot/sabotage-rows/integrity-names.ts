/**
 * Acts that one container can have at once, because a check names each thing that it finds: what is done, and a line
 * that must be among what its check has seen.
 */
export const namedActs: Readonly<
  Record<string, readonly (readonly [command: string, seen: RegExp])[]>
> = {
  "integrity:packages": [
    [
      "dpkg-divert --local --rename --divert /usr/bin/tree.x /usr/bin/tree && printf '#!/bin/sh\n' >/usr/bin/tree",
      /^\/usr\/bin\/tree to \/usr\/bin\/tree\.x$/,
    ],
  ],
  "integrity:setuid": [
    ["chown afterpay /", /^\/ 755 afterpay:root$/],
    ["chown afterpay /etc", /^\/etc 755 afterpay:root$/],
    ["chown afterpay /root", /^\/root \d+ afterpay:root$/],
    ["chown afterpay /boot", /^\/boot \d+ afterpay:root$/],
    ["chgrp afterpay /etc/group; chmod g+w /etc/group", /^\/etc\/group 664 root:afterpay$/],
    ["chown afterpay /etc/gshadow", /^\/etc\/gshadow /],
    ["chown afterpay /etc/security", /^\/etc\/security /],
    ["chown afterpay /etc/modprobe.d", /^\/etc\/modprobe\.d /],
    [
      `python3 -c 'import os, pwd, struct; os.setxattr("/etc/passwd", "system.posix_acl_access", struct.pack("<I" + "HHI" * 5, 2, 1, 6, 2**32 - 1, 2, 6, pwd.getpwnam("afterpay").pw_uid, 4, 4, 2**32 - 1, 16, 6, 2**32 - 1, 32, 4, 2**32 - 1))'`,
      /^-rw-rw-r--\+ .* passwd$/,
    ],
    ["mkdir -p /snap; cp /bin/bash /snap/b; chmod 4755 /snap/b", /^\/snap\/b 4755 root:root$/],
  ],
  "integrity:added": [
    [
      "cp /usr/lib/x86_64-linux-gnu/libz.so.1 /srv; ln -sf /srv/libz.so.1 /usr/lib/x86_64-linux-gnu/libz.so.1",
      /^\/usr\/lib\/x86_64-linux-gnu\/libz\.so\.1$/,
    ],
    ["cp /srv/libz.so.1 /usr/local/lib", /^\/usr\/local\/lib\/libz\.so\.1$/],
    ["touch /usr/lib/x86_64-linux-gnu/libnss_evil.so.2", /libnss_evil/],
    ["mkdir -p /usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2; touch $_/libz.so.1", /hwcaps/],
    ["printf '#!/bin/sh\n' >/etc/rc.local", /^\/etc\/rc\.local$/],
    ["touch /etc/init.d/x", /^\/etc\/init\.d\/x$/],
    [
      "mkdir -p /etc/network/if-up.d; touch /etc/network/if-up.d/x",
      /^\/etc\/network\/if-up\.d\/x$/,
    ],
    [
      "mkdir -p /etc/dhcp/dhclient-exit-hooks.d; touch $_/x",
      /^\/etc\/dhcp\/dhclient-exit-hooks\.d\/x$/,
    ],
    ["mkdir -p /etc/update-motd.d; touch /etc/update-motd.d/99-x", /^\/etc\/update-motd\.d\/99-x$/],
    [
      "mkdir -p /etc/logrotate.d; echo '/x { postrotate\n/srv/x\nendscript }' >/etc/logrotate.d/x",
      /^\/etc\/logrotate\.d\/x$/,
    ],
    ["mkdir -p /etc/userdb; echo '{}' >/etc/userdb/deputy.user", /^\/etc\/userdb\/deputy\.user$/],
    ["echo LD_PRELOAD=/srv/x.so >>/etc/default/locale", /^\/etc\/default\/locale$/],
    [
      "printf '[Manager]\nDefaultEnvironment=BASH_ENV=/srv/x\n' >/etc/systemd/system.conf.d/x.conf; systemctl daemon-reexec",
      /BASH_ENV/,
    ],
  ],
  "integrity:writable": [
    ["mknod -m 600 /srv/disk b 8 0", /^\/srv\/disk$/],
    [
      "touch /srv/variables; chown afterpay /srv/variables; printf '[Service]\nEnvironmentFile=/srv/variables\nExecStart=sleep 900\n' >/etc/systemd/system/x.service; systemctl start x",
      /^\/srv\/variables 644 afterpay:root$/,
    ],
    [
      "printf '#!/bin/sh\n' >/srv/before; chmod 755 /srv/before; chown afterpay /srv/before; printf '[Service]\nUser=nobody\nExecStartPre=+/srv/before\nExecStart=sleep 900\n' >/etc/systemd/system/y.service; systemctl start y",
      /^\/srv\/before 755 afterpay:root$/,
    ],
  ],
};
