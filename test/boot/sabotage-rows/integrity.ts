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
    ["integrity:writable"],
    "everybody can change a unit",
    "chmod 0666 /etc/systemd/system/application.service",
  ],
  [["integrity:writable"], "everybody can replace temporary files", "chmod 0777 /var/tmp"],
  [
    ["integrity:writable"],
    "everybody can change a library that is loaded into everything",
    "install -m 0666 /usr/lib/x86_64-linux-gnu/libz.so.1 /usr/local/lib/l.so",
  ],
];
