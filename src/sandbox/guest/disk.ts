import { distributionOf, type Family } from "./distribution.ts";

/** The modelled content of a machine's disk. Plain JSON, saved with images. */
export interface DiskState {
  readonly family: Family;
  /** The current repository release. */
  release: string;
  /**
   * Broken: a build on this disk failed or was interrupted, so a machine with this disk answers no
   * requests.
   */
  condition: "whole" | "broken";
  updates: "none" | "security" | "all";
  /** Whether the package manager has its lists. Cloud images with apt have none. */
  packageLists: boolean;
  /** Packages added to the base image, in order. */
  packages: string[];
  /** Of the machine that it was written on: `arm64`. Default: x86_64. */
  architecture?: string;
  /** Versions of packages that were installed in one version, by name. Default: none. */
  packageVersions?: Record<string, string>;
  /** Added packages that the sandbox does not know. Default: none. */
  unknownPackages?: string[];
  /** Whether an installer ran that may have installed anything. Default: no. */
  installers?: true;
  /** Folders with unknown content. Default: none. */
  unknownFolders?: string[];
  /** Services that are assumed to exist. Default: none. */
  assumedUnits?: string[];
  /** Whether the application's environment has unknown content. Default: no. */
  unknownPython?: true;
  /** Packages of the base image that were removed. Default: none. */
  removedPackages?: string[];
  /** Written files by path. Null: the file was removed. */
  files: Record<string, MachineFile | null>;
  users: string[];
  /** Services that differ from the base image. */
  services: Record<string, ServiceState>;
  kernelSettings: Record<string, string>;
  bootArguments: string[];
  ipv6: boolean;
  openFiles: number | null;
  coreDumps: boolean;
  /** Accounts with a password or key, from the base image or set later. */
  passwords: string[];
  /** Accounts with root's UID or group, or in a group that leads to root. Default: none. */
  privileged?: string[];
  /** The settings that the hardening wrote for the SSH server, by lower-case name. Default: none. */
  sshSettings?: Record<string, string>;
  /** Default: no. */
  loginsHardened?: true;
  /** Default: no. */
  systemHardened?: true;
  multicastNames: boolean;
  /** The projects in the application's virtual environment. Null when it does not exist. */
  pythonPackages: string[] | null;
  /** Versions that a build asked for, by the project's name. Default: none. */
  pythonVersions?: Record<string, string>;
  /** The version of Python in that environment. Default: the distribution's own. */
  pythonVersion?: string;
  application: ApplicationState | null;
  /** Traces of the build, which are removed before the image is created. */
  traces: { identity: boolean; provisioning: boolean; logs: boolean };
}

export interface MachineFile {
  readonly kind: "file" | "directory";
  /** Octal, four digits. */
  readonly mode: string;
  readonly owner: string;
  /** Whether its content is unknown because a command wrote it. Default: no. */
  readonly changed?: true;
  /** As setcap(8) writes them. Default: none. */
  readonly capabilities?: string;
  /** The SHA-256 of the content. Undefined when the content is unknown. */
  readonly sha256?: string | undefined;
  /** The content, if it is known text. */
  readonly text?: string | undefined;
}

export interface ServiceState {
  readonly enabled: boolean;
  readonly active: boolean;
  readonly masked: boolean;
}

export interface ApplicationState {
  readonly user: string;
  /** The declared port. */
  readonly port: number;
  readonly command: string;
}

/** The disk of a base image. */
export function baseDisk(family: string, release: string): DiskState {
  const distribution = distributionOf(family);
  return {
    family: distribution.family,
    release,
    condition: "whole",
    updates: "none",
    packageLists: distribution.manager === "dnf",
    packages: [],
    files: {},
    users: [],
    services: {},
    kernelSettings: {},
    bootArguments: [],
    ipv6: true,
    openFiles: null,
    coreDumps: true,
    passwords: [],
    multicastNames: true,
    pythonPackages: null,
    application: null,
    traces: { identity: true, provisioning: true, logs: true },
  };
}
