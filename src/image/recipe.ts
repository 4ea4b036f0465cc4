export const families = ["amazon-linux-2023", "debian-12", "ubuntu-24.04"] as const;

/** Which distribution the base image is; decides the package manager and the names of services. */
export type Family = (typeof families)[number];

/** Everything that goes into a machine image: what its build script is rendered from. */
export interface ImageRecipe {
  readonly family: Family;
  /**
   * The base image's release as its name says (`2023.9.20251117.1`, `20251112-2294`), or the id of
   * an own base image. On Amazon Linux 2023 the packages are brought to exactly this release.
   */
  readonly release: string;
  readonly updates: "all" | "security" | "none";
  readonly packages: readonly string[];
  /** Enabled at boot, and running. `ntp` and `ntpd` mean chrony in every family. */
  readonly services: readonly string[];
  readonly ipv6: "disabled" | "enabled";
  /** Soft and hard limit of open files, of users, root and services alike. */
  readonly openFiles: number;
  readonly files: readonly ImageFile[];
  /** The user's own commands, run last, each by bash with `-euo pipefail`. */
  readonly run: readonly string[];
  /** The user's own checks; exit status 0 is a pass. */
  readonly verify: readonly string[];
  readonly application?: ImageApplication | undefined;
  /**
   * Ports that may be listened on from outside. The SSH server is switched off unless TCP's 22 is
   * one of them.
   */
  readonly listeningPorts: readonly PortRange[];
  /** After so many seconds the build ends itself with a failing verdict and a power-off. */
  readonly timeoutSeconds: number;
}

export interface PortRange {
  readonly protocol: "tcp" | "udp";
  readonly from: number;
  /** The last one. */
  readonly to: number;
}

export interface ImageFile {
  /** Absolute. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Octal, as in `0644`. */
  readonly mode: string;
  /** `user` or `user:group`; root when left out. */
  readonly owner?: string | undefined;
}

export interface ImageApplication {
  readonly source: ApplicationSource;
  /** pip requirements, such as `flask` or `gunicorn==23.0.0`. */
  readonly python: readonly string[];
  readonly command: string;
  /** Made as a system user that cannot log in. Never root. */
  readonly user: string;
  readonly port: number;
}

export type ApplicationSource =
  | { readonly kind: "content"; readonly filename: string; readonly content: Uint8Array }
  /** An archive (`.tar.gz`, `.tgz`, `.tar`, `.zip`) is unpacked; any other file is kept as it is. */
  | { readonly kind: "url"; readonly url: string; readonly sha256: string };

/** One promise about the built system, and how the build verifies it. */
export interface ImageCheck {
  /** As it stands in the script and on the console: `package:mtr`. */
  readonly id: string;
  readonly promise: string;
  readonly how: string;
}
