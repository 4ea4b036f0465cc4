import { bash } from "../bash.ts";

/** What strong hardening changes for the whole system: kernel modules, mounts, cron, the boot loader and the log. */
export const hardening = bash`
readonly JOURNAL='Storage=persistent Compress=yes ForwardToSyslog=no'

# harden_system MODULES…
harden_system() {
  step harden_system
  local name
  # modprobe runs the command instead of loading the module. Scanners look for /bin/true.
  printf 'install %s /bin/true\n' "$@" >/etc/modprobe.d/zz-reconcile.conf
  # From the next boot on, so that installers in the user's commands still work. A file system in memory would
  # take the application's memory, so /tmp stays on the disk, as a mount of itself.
  for name in '/tmp none bind' '/dev/shm tmpfs rw'; do
    if ! grep -qsE "^[^#]+\s\${name%% *}\s" /etc/fstab; then
      echo "\${name%% *} $name,nosuid,nodev,noexec 0 0" >>/etc/fstab
    fi
  done
  # An empty list of those who may have jobs, beside root. A list in the stack file comes later.
  for name in cron at; do
    rm -f "/etc/$name.deny"
    put_file "/etc/$name.allow" 0600 root </dev/null
  done
  chmod -f go= /etc/cron* || true
  # Scanners read the main file alone, which not every systemd has. What systemd reads last counts.
  if [ ! -e /etc/systemd/journald.conf ]; then echo '[Journal]' >/etc/systemd/journald.conf; fi
  for name in $JOURNAL; do set_line /etc/systemd/journald.conf "\${name%=*}" "$name"; done
  mkdir -p /etc/systemd/journald.conf.d
  ln -sf ../journald.conf /etc/systemd/journald.conf.d/zz-reconcile.conf
  # Every boot creates these for everybody to read.
  printf 'z /var/log/%s 0640 root utmp\n' wtmp btmp lastlog >/etc/tmpfiles.d/zz-reconcile.conf
}

# One call, because each of them lets the boot loader write its menu.
set_boot_arguments() {
  step set_boot_arguments
  set_boot_argument "$*"
}

# And with no word that starts another program, brings settings from elsewhere or undoes a protection. The base images
# have none of them.
boot_arguments_are() {
  local argument
  {
    for argument in "$@"; do
      has_boot_argument "$argument" >/dev/null || echo "a kernel starts without $argument"
    done
    kernel_lines | grep -owE '(ds|url|(rd)?init)=\S*|systemd\.([dmrw]|se|unit)\S*|mitigations=off|nokaslr' || true
  } | ends_empty
}

# kernel_audits RULES: how many rules there must be at least. A rule may also say what is never recorded.
kernel_audits() {
  local rules
  rules=$(auditctl -l)
  {
    systemctl is-active auditd.service | grep -vx active || true
    auditctl -s | grep -E '^enabled' | grep -vx 'enabled 2' || true
    grep -E 'never|exclude' <<<"$rules" || true
    if [ "$(wc -l <<<"$rules")" -lt "$1" ]; then echo "the kernel has not all rules:" && echo "$rules"; fi
  } | ends_empty
}

# Asks modprobe and systemd themselves, because any other file may say something else.
system_is_hardened() {
  local name seen
  {
    for name in "$@"; do
      # The last line is the module's own. Modules that it needs come before it.
      seen=$(modprobe -nv "$name" 2>&1 | tail -n 1 || true)
      [[ $seen == 'install /bin/true'?( ) ]] || echo "$name can be loaded: $seen"
    done
    for name in cron at; do if [ ! -e "/etc/$name.allow" ] || [ -e "/etc/$name.deny" ]; then echo "everybody may use $name"; fi; done
    find /etc/cron* /etc/at.allow /etc/ssh/sshd_config /boot/grub*/grub.cfg -maxdepth 0 \( -perm /077 -o ! -user root \) \
      -printf '%p has mode %m\n' 2>/dev/null || true
    find /home -mindepth 1 -maxdepth 1 -perm /027 -printf '%p has mode %m\n'
    for name in $JOURNAL; do
      seen=$(systemd-analyze cat-config systemd/journald.conf | grep "^\${name%=*}=" | tail -n 1 || true)
      [ "$seen" = "$name" ] || echo "the journal has $seen"
    done
    # A boot mounts them.
    if [ "$part" = rest ]; then
      for name in /tmp /dev/shm; do
        # The last one covers the others. In the kernel's order; findmnt reads "no" as a word of its own.
        grep " $name " /proc/mounts | tail -n 1 | grep -q nosuid,nodev,noexec || echo "$name is mounted without nosuid,nodev,noexec"
      done
    fi
    access_control_is_on
  } | ends_empty
}
`;
