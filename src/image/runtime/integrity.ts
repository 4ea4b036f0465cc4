import { bash } from "../bash.ts";
import { rulesInForce } from "../rules-in-force.ts";

/**
 * Whether files, rights and permissions are what the distribution's packages bring. The argument of each check is
 * the user's own exceptions: an extended regular expression.
 */
export const integrity = bash`
# Finds only what is part of the image.
find_on_disk() { find / -regex '/\(dev\|proc\|run\|snap\|sys\)' -prune -o "$@"; }

# without OPTIONS: standard input without lines that are the same as one of these. A missing list is an error.
without() { grep -vxF "$@" || [ "$?" = 1 ]; }

# What differs in the base image already is not the build's doing. Configuration and data are meant to change, some systems have no documentation, and Python compiles again.
packages_are_unchanged() { changed_files | without -f "$saved/changed" | ends_empty "/(etc|run|var|usr/share/(doc|info|lintian|locale|man))/.*|.*\.pyc|\${1-}"; }

# not_roots PATH…: what of these others than root can change, too.
not_roots() { find "$@" ! -type l '(' ! -user root -o -perm -20 ! -group root ')' -printf '%p %m %u:%g\n' 2>/dev/null || true; }

# The programs that run with other rights than those of who runs them, one a line: path, mode and owner, or path and
# capabilities.
privileged_programs() {
  {
    find_on_disk -type f -perm /6000 -printf '%p %m %u:%g\n'
    find_on_disk -type f -perm /111 -exec getcap {} +
  } | sort
}

# What of the system belongs to others. The network's own files do in some base images, and are not part of it.
others_files() { not_roots /usr /etc/{cron*,pam.d,passwd,profile*,shadow,ssh,sudoers*,systemd/s*}; }

# Files that count for the whole system, or that root runs without a unit of their own, with their checksums.
rules_in_force() { find /etc /usr /var/spool -regextype posix-extended -xtype f -regex '${rulesInForce}' -exec sha256sum {} +; }

# What packages bring is known once they are installed, and before anything else changes it. The lists of Debian's packages have no modes.
note_packages() {
  join <(privileged_programs) <(owned_files | sort) >"$saved/privileged"
  others_files >>"$saved/privileged"
  changed_files >"$saved/changed"
  rules_in_force >"$saved/rules"
}

privileges_are_known() { { privileged_programs && others_files; } | without -f "$saved/privileged" | ends_empty "$@"; }

# A package that comes later may add files, but change none.
nothing_is_added() {
  {
    rules_in_force | without -f "$saved/rules" | cut -c 67- | without -f <(owned_files | without -f <(cut -c 67- "$saved/rules"))
    grep -sl '^[^#]*LD_' /etc/environment || true
    systemctl show --property Environment | grep LD_ || true
  } | ends_empty "$@"
}

nothing_is_writable() {
  local file
  {
    find_on_disk -perm -2 '(' -type f -o -type d ! -perm -1000 ')' -print
    # What services start as root, and its folders.
    systemctl show --all '*.service' | awk -v RS= '/\nUser=(root|0)?\n/' | sed -n '/^Exec/p' | tr ' ;=' '\n' | sort -u | while read -r file; do
      if [ -f "$file" ]; then not_roots "$file" "\${file%/*}" -maxdepth 0 ! -perm -1000; fi
    done
  } | ends_empty "$@"
}
`;
