import type { Build } from "./build.ts";
import type { Machine } from "./machine.ts";
import type { Unit } from "./packages/package-table.ts";

export interface ServicePort {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
}

export interface ServicePorts {
  readonly known: readonly ServicePort[];
  /**
   * Whether it may listen on other ports: its configuration is unknown, or the sandbox does not
   * read it.
   */
  readonly others: boolean;
}

/** How to read a service's ports from its configuration. */
interface Configuration {
  /** The paths of the configuration files. `*` matches any name. */
  readonly files: readonly string[];
  /** The packaged content by file. The content of other files is known only if the build wrote them. */
  readonly packaged: Readonly<Record<string, readonly string[]>>;
  /** One place to listen, `80`, `127.0.0.1:8080` or `[::]:80`, as its first group. */
  readonly listen: RegExp;
}

const nginxFiles = ["/etc/nginx/nginx.conf", "/etc/nginx/conf.d/*.conf"];
const nginxListen = /(?:^|[\s{;])listen\s+([^\s;]+)/g;
const apacheListen = /^[ \t]*Listen[ \t]+(\S+)/gim;

const configurations: Readonly<
  Record<Machine["distribution"]["manager"], Readonly<Record<string, Configuration>>>
> = {
  dnf: {
    nginx: {
      files: [...nginxFiles, "/etc/nginx/default.d/*.conf"],
      packaged: { "/etc/nginx/nginx.conf": ["80"] },
      listen: nginxListen,
    },
    httpd: {
      files: ["/etc/httpd/conf/httpd.conf", "/etc/httpd/conf.d/*.conf"],
      packaged: { "/etc/httpd/conf/httpd.conf": ["80"] },
      listen: apacheListen,
    },
  },
  apt: {
    nginx: {
      files: [...nginxFiles, "/etc/nginx/sites-enabled/*"],
      packaged: { "/etc/nginx/nginx.conf": [], "/etc/nginx/sites-enabled/default": ["80"] },
      listen: nginxListen,
    },
    apache2: {
      files: [
        "/etc/apache2/apache2.conf",
        "/etc/apache2/ports.conf",
        "/etc/apache2/conf-enabled/*.conf",
        "/etc/apache2/sites-enabled/*.conf",
      ],
      packaged: { "/etc/apache2/apache2.conf": [], "/etc/apache2/ports.conf": ["80"] },
      listen: apacheListen,
    },
  },
};

const haproxy: Configuration = {
  files: ["/etc/haproxy/haproxy.cfg"],
  packaged: { "/etc/haproxy/haproxy.cfg": [] },
  listen: /^[ \t]*bind[ \t]+(\S+)/gm,
};

/** Services that speak HTTP on every port. */
const webServers = /^(nginx|httpd|apache2|lighttpd|haproxy|caddy|varnish|tomcat\d*|squid)$/;

/** Whether the port answers HTTP. */
export function speaksHttp(unit: Unit, port: number): boolean {
  return webServers.test(unit.name) || port === 80 || port === 8080;
}

/** Where a service listens: by its configuration if the sandbox reads it, otherwise by its package. */
export function servicePorts(machine: Machine, unit: Unit): ServicePorts {
  const { manager } = machine.distribution;
  const configuration = unit.name === "haproxy" ? haproxy : configurations[manager][unit.name];
  const usual =
    unit.port === undefined
      ? []
      : unit.protocols.map((protocol) => ({
          protocol,
          address: unit.address,
          port: unit.port ?? 0,
        }));
  if (configuration === undefined) {
    return { known: usual, others: isConfigured(machine, unit) || isStrange(machine, unit) };
  }
  const known: ServicePort[] = [];
  let others = false;
  for (const path of filesOf(machine, configuration)) {
    const written = machine.disk.files[path];
    if (written === undefined) {
      known.push(...(configuration.packaged[path] ?? []).flatMap(placeOf));
    } else if (written?.text !== undefined) {
      const text = written.text.replaceAll(/#.*$/gm, "");
      for (const [, place = ""] of text.matchAll(configuration.listen))
        known.push(...placeOf(place));
    } else if (written?.kind === "file") others = true;
  }
  return { known, others };
}

/** The packaged files that still exist, and the written files. */
function filesOf({ disk }: Machine, { files, packaged }: Configuration): readonly string[] {
  const patterns = files.map(
    (path) => new RegExp(`^${path.replaceAll(".", "\\.").replace("*", "[^/]*")}$`),
  );
  const written = Object.keys(disk.files).filter((path) =>
    patterns.some((pattern) => pattern.test(path)),
  );
  return [...new Set([...Object.keys(packaged), ...written])];
}

function placeOf(place: string): readonly ServicePort[] {
  const [, address = "", digits] = /^(?:(.*):)?(\d+)$/.exec(place) ?? [];
  // A socket in the file system has no port. An address without a port means port 80.
  if (digits === undefined) {
    return /^[\w.*]+$/.test(place) ? [{ protocol: "tcp", address: place, port: 80 }] : [];
  }
  const everywhere = address === "" || address === "*" || address === "[::]";
  return [{ protocol: "tcp", address: everywhere ? "0.0.0.0" : address, port: Number(digits) }];
}

/** Whether the build wrote to the folder of a configuration that the sandbox does not read. */
function isConfigured({ disk }: Machine, { name, port, address }: Unit): boolean {
  if (port === undefined || address !== "0.0.0.0" || /^sshd?$/.test(name)) return false;
  const [stem = name] = /^[a-z]{3,}/.exec(name) ?? [];
  const own = new RegExp(`^/etc/(?:default/)?${stem}[^/]*(/|$)`);
  return Object.entries(disk.files).some(([path, file]) => file?.kind === "file" && own.test(path));
}

/** A service without a known package. Its unit file says what it runs. */
function isStrange(machine: Machine, { name }: Unit): boolean {
  const written = machine.file(`/etc/systemd/system/${name}.service`);
  const stays = written !== undefined && !/^Type=oneshot\b/m.test(written.text ?? "");
  return (
    (stays && !["application", "reconcile-hooks"].includes(name)) ||
    (machine.disk.assumedUnits?.includes(name) ?? false)
  );
}

/** Prints a notice when the sandbox does not know the ports of a service. */
export function tellOfPorts(build: Build, name: string): void {
  const unit = build.machine.unit(name);
  // A socket, a timer or a target listens on nothing.
  if (unit === undefined || unit.name === "application" || unit.name.includes(".")) return;
  if (!servicePorts(build.machine, unit).others) return;
  build.notice(
    `the sandbox does not know the ports of the service ${unit.name} and assumes that it answers on every requested port`,
  );
}
