/**
 * Paths of files that count for the whole system, or that root runs without a unit of their own: jobs of cron and at,
 * libraries for every program, scripts of the boot, of logins and of logrotate, rules of polkit and udev, formats of
 * programs, generators and hooks of systemd and of network managers, services of D-Bus, accounts of systemd, and modules
 * and variables of PAM. An extended regular expression of whole paths, for JavaScript and "find".
 */
export const rulesInForce = String.raw`/etc/((cron\.[^/]*|init|logrotate|update-motd)[./].*|(ana)?crontab|ld\.so\.(co|pr).*|rc\.local|(network/if|dhcp/dh|userdb/).*)|/var/spool/(cron|at)/.*|.*/(polkit-1|binfmt\.d|udev/rules\.d|(systemd|dbus-1)/system-[a-z]*|(networkd-dispatcher|dispatcher\.d))/.*|.*/security/pam_[^/]*`;

/** Paths of libraries that programs find without a path. Packages' own are verified by their checksums. */
export const libraries = String.raw`/usr/(local/)?lib(64)?/([^/]*-gnu/)?(glibc-hw.*|[^/]*\.so[^/]*)`;
