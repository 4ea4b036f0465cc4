import type { Sabotage } from "./sabotage.ts";

/** What undoes the hardening of the system: another file that counts as well, or a tool that writes its own again. */
export const hardeningRows: readonly Sabotage[] = [
  [
    ["automatic-updates"],
    "a package takes the mask from the timer of its updates",
    "systemctl unmask apt-daily-upgrade.timer",
  ],
  [
    ["system"],
    "an earlier file loads a module after all",
    "echo 'install usb_storage /sbin/modprobe --ignore-install usb_storage' >/etc/modprobe.d/aaa.conf",
  ],
  [
    ["system"],
    "the image's file leads nowhere",
    "ln -sf /dev/null /etc/modprobe.d/zz-reconcile.conf",
  ],
  [["system"], "everybody may have cron jobs", "rm /etc/cron.allow"],
  [["system"], "a list says who may not have jobs, and so lets all others", "touch /etc/at.deny"],
  [
    ["system"],
    "the boot loader's menu was written again, for everybody to read",
    "chmod 444 /boot/grub/grub.cfg",
  ],
  [
    ["integrity:setuid", "system"],
    "somebody else owns a folder whose scripts root runs",
    "mkdir -p /etc/cron.daily; chmod 700 /etc/cron.daily; chown admin /etc/cron.daily",
  ],
  [["system"], "everybody reads a home", "chmod 755 /home/admin"],
  [
    ["system"],
    "a later file keeps the journal in memory",
    "printf '[Journal]\\nStorage=volatile\\n' >/etc/systemd/journald.conf.d/zzz.conf",
  ],
  [["system"], "AppArmor does not start", "systemctl disable apparmor.service"],
  [
    ["boot-arguments"],
    "one of two kernels starts without",
    "sed 's/ apparmor=1//; s/vmlinuz/vmlinuz.old/' /boot/grub/grub.cfg >>/boot/grub/grub.cfg.new; cat /boot/grub/grub.cfg.new >>/boot/grub/grub.cfg; rm /boot/grub/grub.cfg.new",
  ],
  [
    ["boot-arguments"],
    "a later value of an argument counts instead",
    "sed -i 's/linux .*/& init_on_alloc=0/' /boot/grub/grub.cfg",
  ],
  [
    ["boot-arguments"],
    "a kernel starts with another first program",
    "sed -i 's,linux .*,& init=/srv/x,' /boot/grub/grub.cfg",
  ],
  [
    ["logins:passwords"],
    "PAM takes short passwords",
    "sed -i 's/^minlen.*/minlen = 6/' /etc/security/pwquality.conf",
  ],
  [
    ["logins:passwords"],
    "PAM takes short passwords, by a file of its own",
    "mkdir -p /etc/security/pwquality.conf.d; echo 'minlen=6' >/etc/security/pwquality.conf.d/x.conf",
  ],
  [
    ["logins:passwords"],
    "PAM's module is told otherwise",
    "sed -i 's/pam_pwquality.so.*/& minlen=6/' /etc/pam.d/common-password; grep minlen=6 /etc/pam.d/common-password",
  ],
  [
    ["logins:passwords"],
    "an account is never locked",
    "sed -i 's/^deny.*/deny = 0/' /etc/security/faillock.conf",
  ],
  [
    ["logins:passwords"],
    "nobody counts failed attempts",
    "sed -i '/faillock.so preauth/d' /etc/pam.d/common-auth",
  ],
];
