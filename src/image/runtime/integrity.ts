import { bash } from "../bash.ts";
import { libraries, rulesInForce } from "../rules-in-force.ts";

/**
 * Whether files, rights and permissions are what the distribution's packages bring. The argument of each check is
 * the user's own exceptions: an extended regular expression.
 */
export const integrity = bash`
# Finds only what is part of the image. Snaps are mounted.
find_on_disk() { find / '(' -regex '/\(dev\|proc\|run\|sys\)' -o -fstype squashfs ')' -prune -o "$@"; }

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

# What of the system belongs to others, or has a list of others who may use it. What does so in the base image, as the
# network's own files in some, is noted.
others_files() {
  not_roots / /etc -maxdepth 0
  not_roots /usr /boot /root /etc/{c[hlr]*,default,g[rs]*,ld*,modp*,nss*,p[ar]*,s[ehuy]*,ssh,tmp*}
  { ls -lR /usr /boot /etc || true; } | sed -n '/^[^ ]\{10\}+ /p'
}

# Files that count for the whole system, or that root runs without a unit of their own, with their checksums.
rules_in_force() {
  find /etc /usr /var/spool -regextype posix-extended -xtype f '(' -regex '${rulesInForce}' -exec sha256sum {} + -o -regex '${libraries}' ! -lname '*/etc/alt*' -printf '%66y%p\n' ')'
}

# What the links of the system lead to. A package's checksums are of its files alone.
links() { find /usr "$@" -printf '%p\t%l\n' | sort; }

# What packages bring is known once they are installed, and before anything else changes it. The lists of Debian's packages have no modes.
note_packages() {
  join <(privileged_programs) <(owned_files | sort) >"$saved/privileged"
  others_files >>"$saved/privileged"
  changed_files >"$saved/changed"
  rules_in_force >"$saved/rules"
  links -type l >"$saved/links"
}

privileges_are_known() { { privileged_programs && others_files; } | without -f "$saved/privileged" | ends_empty "$@"; }

# A package that comes later may add files, but change none.
nothing_is_added() {
  {
    # A package that is updated has its links lead to another file beside them, which is its own.
    join -t $'\t' <(links) "$saved/links" | awk -F '\t' '$2 != $3 && ($2 == "" || $2 ~ "/") {print $1}'
    # Or programs would find libraries by a list that nobody sees. It also corrects links to libraries.
    ldconfig
    rules_in_force | without -f "$saved/rules" | cut -c 67- | without -f <(owned_files | without -f <(cut -c 67- "$saved/rules"))
    grep -sl '^[^#]*\bLD_' /etc/{environment,default/locale} || true
    systemctl show --property Environment | grep -oE '\b(LD_|PYTHON|BASH_ENV)\w*=' || true
  } | ends_empty "$@"
}

nothing_is_writable() {
  local file
  {
    find_on_disk '(' -type b,c -o -perm -2 '(' -type f -o -type d ! -perm -1000 ')' ')' -print
    # What services start as root or read before that, and its folders.
    systemctl show --all '*.service' |
      awk -v RS= -F '\n' '{for (i = 0; i++ < NF;) if ($i ~ /^Exec.*flags=.*(privileged|no-setuid)/ || /\nUser=(root|0)?\n/ && $i ~ /^Exec|Files=/) print $i}' | tr ' ;=' '\n' | sort -u | while read -r file; do
      if [ -f "$file" ]; then not_roots "$file" "\${file%/*}" -maxdepth 0 ! -perm -1000; fi
    done
  } | ends_empty "$@"
}
`;
