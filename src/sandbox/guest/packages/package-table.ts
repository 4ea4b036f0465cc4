/**
 * Reads the packages of a distribution's default repositories from a compact text. A line with `=` is
 * one package with its content:
 *
 *     chrony bin=chronyc sbin=chronyd file=/etc/chrony.conf unit=chronyd
 *     redis6 bin=redis6-server unit=redis6:6379@127.0.0.1
 *     dnsmasq sbin=dnsmasq unit=dnsmasq:53/tcp/udp
 *     curl bin=curl conflicts=curl-minimal
 *     npm bin=npm,npx needs=nodejs
 *
 * and any other line is names of packages that bring a command of their own name, unless they look like
 * libraries. `needs=` are packages that come along, `recommends=` those that come with the package
 * manager's own command alone, `users=` accounts, `dir=` folders. `unit=` is a service and the port on
 * which it listens: by TCP, and on all addresses, unless it says otherwise.
 */
export interface PackageContent {
  readonly name: string;
  /** Commands and other files, absolute. */
  readonly files: readonly string[];
  /** Folders that are empty at first. */
  readonly folders: readonly string[];
  readonly unit?: Unit | undefined;
  /** A package that conflicts with it. */
  readonly conflicts?: string | undefined;
  /** Packages that are installed with it. */
  readonly needs: readonly string[];
  /** Packages that are installed with it unless recommended packages are disabled. */
  readonly recommends: readonly string[];
  /** Accounts that it creates. */
  readonly users: readonly string[];
}

/** A service of a package. */
export interface Unit {
  readonly name: string;
  readonly port?: number | undefined;
  readonly protocols: readonly ("tcp" | "udp")[];
  /** `0.0.0.0`: every address. */
  readonly address: string;
}

/** Packages by name and by provided name. */
export type PackageTable = ReadonlyMap<string, PackageContent>;

/** Reads tables in the format of the files in this folder and merges them. */
export function readPackageTable(...texts: readonly string[]): PackageTable {
  const table = new Map<string, PackageContent>();
  const provided: [string, PackageContent][] = [];
  for (const line of texts.join("\n").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const words = line.split(" ");
    if (line.includes("=")) {
      const [name = "", ...details] = words;
      const { content, provides } = readDetails(name, details);
      table.set(name, content);
      for (const other of provides) provided.push([other, content]);
    } else {
      for (const name of words) table.set(name, plainPackage(name));
    }
  }
  // A package's own name takes precedence over a name that another package provides.
  for (const [name, content] of provided) if (!table.has(name)) table.set(name, content);
  return table;
}

function readDetails(name: string, words: readonly string[]) {
  const details = new Map<string, string[]>();
  for (const word of words) {
    const equals = word.indexOf("=");
    const list = word.slice(equals + 1);
    details.set(word.slice(0, equals), list === "" ? [] : list.split(","));
  }
  const list = (key: string): readonly string[] => details.get(key) ?? [];
  const content: PackageContent = {
    name,
    files: [
      ...list("bin").map((command) => `/usr/bin/${command}`),
      ...list("sbin").map((command) => `/usr/sbin/${command}`),
      ...list("file"),
    ],
    folders: list("dir"),
    unit: readUnit(list("unit")[0]),
    conflicts: list("conflicts")[0],
    needs: list("needs"),
    recommends: list("recommends"),
    users: list("users"),
  };
  return { content, provides: list("provides") };
}

/** `redis6:6379@127.0.0.1` */
function readUnit(text: string | undefined): Unit | undefined {
  if (text === undefined) return undefined;
  const [, name = text, port, protocols = "/tcp", address = "0.0.0.0"] =
    /^([^:]+)(?::(\d+)((?:\/(?:tcp|udp))+)?(?:@(.+))?)?$/.exec(text) ?? [];
  return {
    name,
    port: port === undefined ? undefined : Number(port),
    protocols: (["tcp", "udp"] as const).filter((protocol) => protocols.includes(protocol)),
    address,
  };
}

function plainPackage(name: string): PackageContent {
  const library =
    /^(lib|python3[.0-9]*-|perl-|php[.0-9]*-|ruby[.0-9]*-|rubygem|kernel-|linux-|mod_|pam_)|-(dev|devel|doc|docs|libs|common|data|config|extras|headers)$/;
  const files = library.test(name) ? [] : [`/usr/bin/${name}`];
  return { name, files, folders: [], needs: [], recommends: [], users: [] };
}
