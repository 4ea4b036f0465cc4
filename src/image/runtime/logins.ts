import { bash } from "../bash.ts";

/** What strong hardening changes for people who log in: masks, time limits, su, sudo, and the banner. */
export const logins = bash`
# set_line FILE NAME LINE: replaces each line that sets the name, but no comment about it.
set_line() {
  sed -i --follow-symlinks -E "/^\s*$2([[:space:]=]|$)/d" "$1"
  printf '%s\n' "$3" >>"$1"
}

# With the words that scanners look for, and none about the system.
readonly BANNER='Authorized users only. Use is monitored, recorded and reported. Abuse is prohibited by law.'
readonly SU='auth required pam_wheel.so use_uid group=sugroup'

harden_logins() {
  step harden_logins
  local file
  set_line /etc/login.defs UMASK 'UMASK 027'
  set_line /etc/login.defs HOME_MODE 'HOME_MODE 0700'
  # For people: the build's own commands, services and "ssh HOST COMMAND" read none of these.
  for file in /etc/profile /etc/bash.bashrc /etc/bashrc; do
    if [ ! -e "$file" ]; then continue; fi
    # In their places, because a branch of a shell script must not be empty; and last.
    sed -i -E -e 's/^(\s*)umask\s.*/\1umask 027/' "$file"
    echo 'umask 027' >>"$file"
  done
  # Some shells read it twice, and a variable that is read-only cannot be set again.
  printf '%s\n' 'if [ "\${BASH-}:\${TMOUT-}" = "\${BASH:-x}:" ]; then' 'typeset -xr TMOUT=900' 'fi' 'ulimit -c 0' | put_file /etc/profile.d/zz-reconcile.sh 0644 root
  # New homes begin as copies of /etc/skel.
  chmod g-w,o= /home/*/ 2>/dev/null || true
  find /etc/skel /home -maxdepth 2 -type f -name '.*' -exec chmod u-xs,g-wxs,o= {} +
  for file in /etc/issue /etc/issue.net; do put_file "$file" 0644 root <<<"$BANNER"; done
  # The group stays empty, so that only root can use su.
  groupadd --system --force sugroup
  if [ -e /etc/pam.d/su ]; then sed -i -e "/^$SU/d" -e "/^auth.*pam_rootok/a $SU" /etc/pam.d/su; fi
  printf 'Defaults %s\n' use_pty 'logfile="/var/log/sudo.log"' timestamp_timeout=15 | put_file /etc/sudoers.d/00-reconcile 0440 root
  harden_pam
  refuse_empty_passwords
}

logins_are_hardened() {
  local seen
  {
    seen=$(env -i HOME=/ bash -l -c 'umask; echo "$TMOUT"' | paste -s -d ' ')
    [ "$seen" = '0027 900' ] || echo "umask and TMOUT: $seen"
    grep -E '^\s*(UMASK|HOME_MODE)\s' /etc/login.defs | grep -vxe 'UMASK 027' -e 'HOME_MODE 0700' || true
    for seen in /etc/issue /etc/issue.net; do [ "$(cat "$seen")" = "$BANNER" ] || echo "$seen is not the banner"; done
    if [ -e /etc/pam.d/su ]; then
      # Amazon Linux begins with pam_env, which lets nobody in.
      seen=$(grep -E '^(@include|-?auth)' /etc/pam.d/su | grep -v pam_env | sed -n 2p)
      [ "$seen" = "$SU" ] || echo 'su is open'
    fi
    if command -v sudo >/dev/null; then
      seen=$(cvtsudoers -f sudoers /etc/sudoers | grep -E '^Defaults.*(use_pty|logfile|timestamp_timeout)' | sort -u | paste -s -d ' ')
      [ "$seen" = 'Defaults logfile=/var/log/sudo.log Defaults timestamp_timeout=15 Defaults use_pty' ] || echo "sudo: $seen"
    fi
  } | ends_empty
}
`;
