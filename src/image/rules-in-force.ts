/**
 * Paths of files that count for the whole system, or that root runs without a unit of their own: jobs of cron and at,
 * libraries for every program, rules of polkit and udev, formats of programs, generators and hooks of systemd and of
 * network managers, services of D-Bus, and modules and variables of PAM. An extended regular expression of whole paths, for JavaScript and "find".
 */
export const rulesInForce = String.raw`/etc/(cron\.[^/]*/.*|(ana)?crontab|ld\.so\.(co|pr).*)|/var/spool/(cron|at)/.*|.*/(polkit-1|binfmt\.d|udev/rules\.d|(systemd|dbus-1)/system-[a-z]*|dispatcher\.d)/.*|.*/security/pam_[^/]*`;
