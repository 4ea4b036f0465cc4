/**
 * The rules of auditd, in the format of audit.rules(7), after the chapters "Auditing" of the CIS Benchmarks. Only system
 * calls that both x86_64 and arm64 have, so that one list is valid for both. Watches cover all calls.
 */
export const auditRules: readonly string[] = [
  "-D",
  "-b 8192",
  // Accounts, sudo, PAM, SSH, units, time zone, host names, the rules themselves: a server changes none of them.
  "-w /etc -p wa -k etc",
  "-w /var/log/wtmp -p wa -k logins",
  "-w /var/log/btmp -p wa -k logins",
  "-w /var/log/lastlog -p wa -k logins",
  "-w /var/log/sudo.log -p wa -k sudo",
  "-w /usr/bin/sudo -p x -k sudo",
  "-w /usr/bin/su -p x -k sudo",
  call("adjtimex,settimeofday,clock_settime -F key=system"),
  call("sethostname,setdomainname -F key=system"),
  call("init_module,finit_module,delete_module -F key=modules"),
  call("mount -F auid>=1000 -F auid!=unset -F key=mounts"),
  call("execve -C uid!=euid -F auid>=1000 -F auid!=unset -F key=rights"),
  // Until the next boot nobody can change the rules.
  "-e 2",
];

/** With these arguments the kernel audits from its start, and keeps what happens before auditd runs. */
export const auditBootArguments: readonly string[] = ["audit=1", "audit_backlog_limit=8192"];

function call(rest: string): string {
  return `-a always,exit -F arch=b64 -S ${rest}`;
}

/** How many rules the kernel must have: all lines but the settings. */
export const auditRuleCount = auditRules.filter((rule) => /^-[aw] /.test(rule)).length;
