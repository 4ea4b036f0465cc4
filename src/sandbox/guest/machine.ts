import { createHash } from "node:crypto";
import {
  alwaysOn,
  amazonFiles,
  aptFiles,
  aptUsers,
  baseAdministration,
  baseCommands,
  baseDirectories,
  baseFiles,
  otherUnits,
  systemUsers,
} from "./base-system.ts";
import type { DiskState, MachineFile, ServiceState } from "./disk.ts";
import { type Distribution, distributionOf } from "./distribution.ts";
import { environmentKind } from "./environment.ts";
import { own } from "./own.ts";
import type { PackageContent, Unit } from "./packages/package-table.ts";
import { mayExist } from "./unknowns.ts";

/** A machine that booted from a disk, with its queries and actions. */
export class Machine {
  readonly disk: DiskState;
  readonly distribution: Distribution;
  /** Why it cannot read a secret from AWS. A builder has no role. */
  secretProblem: (reference: string) => string | undefined = () => "the server has no role";

  constructor(disk: DiskState) {
    this.disk = disk;
    this.distribution = distributionOf(disk.family);
    // A boot creates the machine's own identity.
    disk.traces = { identity: true, provisioning: true, logs: true };
  }

  hasPackage(name: string): boolean {
    const content = this.distribution.packages.get(name);
    if (content === undefined) return this.disk.unknownPackages?.includes(name) ?? false;
    return this.#isInstalled(content.name);
  }

  #isInstalled(name: string): boolean {
    return this.#baseInstalled().includes(name) || this.disk.packages.includes(name);
  }

  /** The packages of the base image that are still installed. */
  #baseInstalled(): readonly string[] {
    const { removedPackages = [] } = this.disk;
    return this.distribution.installed.filter((name) => !removedPackages.includes(name));
  }

  installedPackages(): PackageContent[] {
    return [...this.#baseInstalled(), ...this.disk.packages].flatMap((name) => {
      const content = this.distribution.packages.get(name);
      return content === undefined ? [] : [content];
    });
  }

  addPackage(content: PackageContent): void {
    if (this.#isInstalled(content.name)) return;
    this.disk.packages.push(content.name);
    if (this.distribution.startsServices && content.unit !== undefined) {
      this.setService(content.unit.name, { enabled: true, active: true });
    }
  }

  /** A package with only a known name. */
  addUnknownPackage(name: string): void {
    if (this.hasPackage(name)) return;
    this.disk.unknownPackages = [...(this.disk.unknownPackages ?? []), name];
  }

  /** The version in which the package was installed. Undefined for the newest one, which the sandbox does not know. */
  versionOf(name: string): string | undefined {
    return own(this.disk.packageVersions ?? {}, name);
  }

  /** Undefined: the newest one. */
  setVersion(name: string, version: string | undefined): void {
    const { [name]: _, ...others } = this.disk.packageVersions ?? {};
    this.disk.packageVersions = version === undefined ? others : { ...others, [name]: version };
  }

  removePackage(name: string): void {
    this.setVersion(name, undefined);
    const { unknownPackages } = this.disk;
    if (unknownPackages?.includes(name)) {
      this.disk.unknownPackages = unknownPackages.filter((other) => other !== name);
    }
    if (this.#baseInstalled().includes(name)) {
      this.disk.removedPackages = [...(this.disk.removedPackages ?? []), name];
    }
    this.disk.packages = this.disk.packages.filter((other) => other !== name);
  }

  /** The service with this name, with or without `.service`. Undefined when it does not exist. */
  unit(name: string): Unit | undefined {
    const short = unitName(name);
    if (short === "application" && this.disk.application !== null) {
      return { name: "application", protocols: [], address: "0.0.0.0" };
    }
    const unit = this.installedPackages().find((content) => content.unit?.name === short)?.unit;
    if (unit !== undefined) return unit;
    const written = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"].some(
      (folder) => this.exists(`${folder}/${short.includes(".") ? short : `${short}.service`}`),
    );
    const { assumedUnits = [] } = this.disk;
    const known = [...otherUnits, ...this.distribution.ownUnits, ...assumedUnits];
    return written || known.includes(short)
      ? { name: short, protocols: [], address: "0.0.0.0" }
      : undefined;
  }

  service(name: string): ServiceState {
    const unit = unitName(name);
    const base =
      unit !== "application" &&
      this.#baseInstalled().some(
        (other) => this.distribution.packages.get(other)?.unit?.name === unit,
      );
    return (
      own(this.disk.services, unit) ??
      (base || [...alwaysOn, ...this.distribution.ownUnits].includes(unit)
        ? { enabled: true, active: true, masked: false }
        : { enabled: false, active: false, masked: false })
    );
  }

  setService(name: string, change: Partial<ServiceState>): void {
    this.disk.services[unitName(name)] = { ...this.service(name), ...change };
  }

  hasUser(name: string): boolean {
    return (
      name === this.distribution.defaultUser ||
      systemUsers.includes(name) ||
      (this.distribution.manager === "apt" && aptUsers.includes(name)) ||
      this.installedPackages().some((content) => content.users.includes(name)) ||
      this.disk.users.includes(name)
    );
  }

  writeFile(path: string, content: Uint8Array | string, mode: string, owner: string): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const text = textOf(bytes);
    this.disk.files[path] = {
      kind: "file",
      mode: mode.padStart(4, "0"),
      owner: owner.includes(":") ? owner : `${owner}:${owner}`,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      ...(text === undefined ? {} : { text }),
    };
  }

  /** A file or directory with unknown content. */
  touch(path: string, kind: "file" | "directory" = "file"): void {
    if (this.exists(path)) return;
    const mode = kind === "file" ? "0644" : "0755";
    this.disk.files[path] = { kind, mode, owner: "root:root" };
  }

  removeFile(path: string): void {
    for (const known of Object.keys(this.disk.files)) {
      if (known.startsWith(`${path}/`)) this.disk.files[known] = null;
    }
    this.disk.files[path] = null;
  }

  /** The written file. Undefined for files of the distribution or of a package. */
  file(path: string): MachineFile | undefined {
    return this.disk.files[path] ?? undefined;
  }

  /** Files of the distribution and its packages that have other content, or were removed. */
  changedPackageFiles(): readonly string[] {
    const { files } = this.#broughtFiles();
    return Object.entries(this.disk.files).flatMap(([path, file]) => {
      const isChanged = file === null || file.sha256 !== undefined || file.changed === true;
      return isChanged && files.has(inUsr(path)) ? [path] : [];
    });
  }

  exists(path: string): boolean {
    return this.kindOf(path) !== undefined;
  }

  kindOf(path: string): "file" | "directory" | undefined {
    const plain = path.length > 1 ? path.replace(/(?<!\/)\/+$/, "") : path;
    const written = this.disk.files[plain];
    if (written === null) return undefined;
    if (written !== undefined) return written.kind;
    const inEnvironment = environmentKind(this.disk, plain);
    if (inEnvironment !== undefined) return inEnvironment;
    const brought = this.#broughtFiles();
    const usual = inUsr(plain);
    if (brought.files.has(usual)) return "file";
    const inside = Object.entries(this.disk.files).some(
      ([known, file]) => file !== null && known.startsWith(`${plain}/`),
    );
    return inside || brought.directories.has(usual) ? "directory" : undefined;
  }

  /**
   * Whether a file can be created in the folder. Below /etc and similar, more folders exist than
   * the sandbox knows.
   */
  couldHold(folder: string): boolean {
    if (this.kindOf(folder) === "directory" || mayExist(this, folder)) return true;
    return (
      /^\/(etc|usr|var|lib|boot|run|sys|proc|dev)\//.test(folder) &&
      this.disk.files[folder] !== null
    );
  }

  /** Whether the command is found on the PATH or at its path. */
  hasCommand(name: string): boolean {
    if (name.includes("/")) return this.kindOf(name) === "file";
    return ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"].some(
      (folder) => this.kindOf(`${folder}/${name}`) === "file",
    );
  }

  #brought: { of: string; files: Set<string>; directories: Set<string> } | undefined;

  /** The files of the base system and its packages. Rebuilt when packages change. */
  #broughtFiles() {
    const of = [...this.disk.packages, "", ...(this.disk.removedPackages ?? [])].join(" ");
    if (this.#brought?.of === of) return this.#brought;
    const files = new Set([
      ...baseFiles,
      ...baseCommands.map((command) => `/usr/bin/${command}`),
      ...baseAdministration.map((command) => `/usr/sbin/${command}`),
      ...(this.distribution.manager === "dnf" ? amazonFiles : aptFiles),
      ...this.installedPackages().flatMap((content) => content.files),
    ]);
    const folders = this.installedPackages().flatMap((content) => content.folders);
    const directories = new Set([...baseDirectories, ...folders]);
    for (const file of [...files, ...folders]) {
      for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
        directories.add(file.slice(0, end));
      }
    }
    this.#brought = { of, files, directories };
    return this.#brought;
  }
}

/** /bin, /sbin and /lib are links to /usr. */
function inUsr(path: string): string {
  return path.replace(/^\/(s?bin|lib)\//, "/usr/$1/");
}

function unitName(name: string): string {
  return name.replace(/\.service$/, "");
}

/** The text that these bytes are, or undefined if they are none: a file of a machine is text or data. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
