import { bash } from "../bash.ts";
import { billPath, mostBillLines } from "../packages.ts";

/** The bill of materials: in the image, and on the console for `reconcile` (`../packages.ts`). */
export const packages = bash`
# list_packages [SOURCE]: each source prints TYPE[/NAMESPACE] NAME VERSION [QUALIFIERS], the parts of a package URL.
# Of a Python package, the name of its folder has them. Names of PyPI are compared in lower case and with dashes. What
# else the folders of an application contain, such as names with spaces, is none of a package.
list_packages() {
  stop_if_a_check_failed
  step list_packages
  {
    installed_packages
    found -name '?*-?*.dist-info' -printf '%f\n' | sed -E 's/-(.*)\.dist-info/ \1/;:a;s/^([^ ]*)[_.]+/\1-/;ta;s/.*/pypi \L&/'
    "$@"
  } | grep -aE '^((npm|pypi)( [!-~]+){2}|[dr][!-~]+( [!-~]+){3})$' | sort -u | python3 -c "import json, sys, urllib.parse as u
print(json.dumps(dict(bomFormat='CycloneDX', specVersion='1.6', components=[dict(type='library', name=n, version=v, purl='pkg:%s/%s@%s'%(t, u.quote(n), u.quote(v, ':')+''.join(q))) for t,n,v,*q in map(str.split, sys.stdin)])))" | put_file ${billPath} 0644 root
  # A text that is too long has no beginning on the console, so nobody takes it for a whole one.
  grep -o 'pkg:[^"]*' ${billPath} | gzip | base64 -w200 | say_lines packages ${String(mostBillLines)}
}

# The first "version" in a package.json is its own.
node_packages() {
  found -regex '.*/node_modules/(@[^/]+/)?[^/]+/package.json' -exec grep -Hm1 '"version": *"' '{}' ';' |
    sed -E 's/"version": *"/\n/;s,.*node_modules/(.+)/package.json:.*\n([^"]+).*,npm \1 \2,'
}
`;
