import { bash } from "../bash.ts";

/**
 * Whether files, rights and permissions are what the distribution's packages bring. The argument of each check is
 * the user's own exceptions: an extended regular expression.
 */
export const integrity = bash`
# Finds only what is part of the image.
find_on_disk() { find / -regex '/\(dev\|proc\|run\|snap\|sys\)' -prune -o "$@"; }

# What differs in the base image already is not the build's doing. Configuration and data are meant to change, some systems have no documentation, and Python compiles again.
packages_are_unchanged() { changed_files | { grep -v -x -F -f "$saved/changed" || true; } | ends_empty "/(etc|run|var|usr/share/(doc|info|lintian|locale|man))/.*|.*\.pyc|\${1-}"; }

# The programs that run with other rights than those of who runs them, one a line: path, mode and owner, or path and
# capabilities.
privileged_programs() {
  {
    find_on_disk -type f -perm /6000 -printf '%p %m %u:%g\n'
    find_on_disk -type f -perm /111 -exec getcap '{}' +
  } | sort
}

# What packages bring is known once they are installed, and before anything else changes it. The lists of Debian's packages have no modes.
note_packages() {
  join <(privileged_programs) <(owned_files | sort) >"$saved/privileged"
  changed_files >"$saved/changed"
}

privileges_are_known() { privileged_programs | { grep -v -x -F -f "$saved/privileged" || true; } | ends_empty "$@"; }

nothing_is_writable() { find_on_disk -perm -2 '(' -type f -o -type d ! -perm -1000 ')' -print | ends_empty "$@"; }
`;
