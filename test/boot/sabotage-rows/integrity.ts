import type { Sabotage } from "./sabotage.ts";

/** Acts against files of packages, rights of programs and permissions of files. */
export const integrityRows: readonly Sabotage[] = [
  [["integrity:packages"], "a package's program is changed", "printf x >>/usr/bin/tree"],
  [
    ["integrity:packages"],
    "a package's program is a link to another",
    "mv /usr/bin/tree /usr/bin/tree.real; ln -s tree.real /usr/bin/tree",
  ],
  [
    ["integrity:packages"],
    "a package's unit is changed, and its time is that of before",
    "touch -r /usr/lib/systemd/system/cron.service /tmp/then 2>/dev/null || touch -r /usr/bin/tree /tmp/then; unit=$(dpkg --listfiles chrony | grep 'system/chrony.service'); echo '# x' >>$unit; touch -r /tmp/then $unit; rm /tmp/then",
  ],
  [["integrity:packages"], "a package's library is gone", "rm /usr/lib/python3.11/antigravity.py"],
  [
    ["integrity:setuid"],
    "a shell runs as root for everybody",
    "cp /bin/bash /usr/local/bin/b; chmod 4755 /usr/local/bin/b",
  ],
  [
    ["integrity:setuid"],
    "a package's program runs as a group, from a folder with spaces",
    "chmod 2755 /usr/bin/tree; mkdir '/opt/a b'; cp -p /usr/bin/tree '/opt/a b'",
  ],
  [
    ["integrity:setuid"],
    "a package's program, which runs as root, belongs to somebody else",
    "chown admin /usr/bin/chsh; chmod 4755 /usr/bin/chsh",
  ],
  [
    ["integrity:setuid"],
    "a package's program has a capability",
    `python3 -c 'import os; os.setxattr(os.path.realpath("/usr/bin/python3"), "security.capability", bytes.fromhex("0100000280000000000000000000000000000000"))'`,
  ],
  [
    ["integrity:setuid"],
    "a package's program belongs to the application's user",
    "chown afterpay /usr/bin/tree",
  ],
  [
    ["integrity:setuid"],
    "the application's user can write passwords",
    "chown afterpay /etc/shadow",
  ],
  [
    ["integrity:added"],
    "a library is loaded into every program",
    "echo /usr/lib/x86_64-linux-gnu/libz.so.1 >/etc/ld.so.preload",
  ],
  [
    ["integrity:added"],
    "libraries come from another folder first",
    "echo /srv/lib >/etc/ld.so.conf.d/00-x.conf",
  ],
  [
    ["integrity:added"],
    "a library is loaded into every program of those who log in",
    "echo 'export LD_PRELOAD=/srv/x.so' >>/etc/environment",
  ],
  [
    ["integrity:added"],
    "a library is loaded into every service",
    "printf '[Manager]\nDefaultEnvironment=LD_AUDIT=/srv/x.so\n' >/etc/systemd/system.conf.d/x.conf; systemctl daemon-reexec",
  ],
  [
    ["integrity:added"],
    "a job of cron's is left",
    "mkdir -pm 700 /etc/cron.d; echo '* * * * * root /srv/x' >/etc/cron.d/x",
  ],
  [
    ["integrity:added"],
    "a job of an account's own is left",
    "mkdir -p /var/spool/cron/crontabs; echo '* * * * * /srv/x' >/var/spool/cron/crontabs/root",
  ],
  [
    ["integrity:added"],
    "a link is a job of cron's",
    "mkdir -pm 700 /etc/cron.d /srv/x; echo '* * * * * root /srv/x/y' >/srv/x/job; ln -s /srv/x/job /etc/cron.d/x",
  ],
  [
    ["integrity:added"],
    "polkit gives rights to everybody",
    "mkdir -p /etc/polkit-1/rules.d; echo 'polkit.addRule(function() { return polkit.Result.YES; });' >/etc/polkit-1/rules.d/00-x.rules",
  ],
  [
    ["integrity:added"],
    "a package's action of polkit asks nobody",
    "sed -i 's/auth_admin_keep/yes/' /usr/share/polkit-1/actions/org.freedesktop.systemd1.policy; sed -i '/systemd1.policy/d' /var/lib/dpkg/info/systemd.md5sums",
  ],
  [
    ["integrity:added"],
    "udev starts a program as root",
    `echo 'ACTION=="add", RUN+="/srv/x"' >/etc/udev/rules.d/99-x.rules`,
  ],
  [
    ["integrity:added"],
    "a generator runs before everything else",
    "mkdir -p /etc/systemd/system-generators; printf '#!/bin/sh\n' >/etc/systemd/system-generators/x; chmod 755 /etc/systemd/system-generators/x",
  ],
  [
    ["integrity:added"],
    "a foreign module of PAM is among its modules",
    "cp /usr/lib/x86_64-linux-gnu/security/pam_permit.so /usr/lib/x86_64-linux-gnu/security/pam_x.so",
  ],
  [
    ["integrity:writable"],
    "a service starts as root what an account can change",
    "printf '#!/bin/sh\nsleep 900\n' >/srv/x; chmod 755 /srv/x; chown afterpay /srv/x; printf '[Service]\nExecStart=/srv/x\n' >/etc/systemd/system/x.service; systemctl start x",
  ],
  [
    ["integrity:writable"],
    "a timer starts as root what an account can replace",
    "install -d -o afterpay /srv/d; printf 'true\n' >/srv/d/x; printf '[Service]\nType=oneshot\nUser=root\nExecStart=/bin/sh /srv/d/x\n' >/etc/systemd/system/x.service; printf '[Timer]\nOnCalendar=hourly\n' >/etc/systemd/system/x.timer; systemctl start x.timer",
  ],
  [
    ["integrity:writable"],
    "everybody can change what every login runs",
    "chmod 0666 /etc/profile.d/zz-reconcile.sh",
  ],
  [["integrity:writable"], "everybody can replace temporary files", "chmod 0777 /var/tmp"],
  [
    ["integrity:writable"],
    "everybody can change a library that is loaded into everything",
    "install -m 0666 /usr/lib/x86_64-linux-gnu/libz.so.1 /usr/local/share/l.so",
  ],
];
