import { bash } from "../bash.ts";

/** Packages of exactly one version. A script without such packages contains none of this. */
export const versions = bash`
# find_versions NAME=VERSION…: package managers do not say themselves which versions exist.
find_versions() {
  step find_versions "$@"
  local each version status=0
  allow_older_versions
  for each in "$@"; do
    versions_of "\${each%%=*}" >"$work/versions"
    while read -r version; do
      if is_version "$version" "\${each#*=}"; then continue 2; fi
    done <"$work/versions"
    if [ -s "$work/versions" ]; then
      echo "There is no $each. The versions of \${each%%=*}: $(paste -s -d ' ' "$work/versions")"
    else
      echo "There is no package \${each%%=*}"
    fi
    status=1
  done
  doing="find_versions $*"
  [ "$status" = 0 ]
}

package_version_is() {
  local version
  installed_versions "$1" | tee "$work/versions"
  while read -r version; do is_version "$version" "$2"; done <"$work/versions"
}
`;
