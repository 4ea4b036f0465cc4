export const families = ["amazon-linux-2023", "debian-12", "ubuntu-24.04"] as const;

/** The distribution of the base image. It decides the package manager and the names of services. */
export type Family = (typeof families)[number];

/** Everything that defines a machine image. The build script is rendered from it. */
export interface ImageRecipe {
  readonly family: Family;
  /**
   * The release in the base image's name (`2023.9.20251117.1`, `20251112-2294`), or the id of a custom
   * base image. On Amazon Linux 2023 the packages are updated to exactly this release.
   */
  readonly release: string;
  readonly updates: "all" | "security" | "none";
  readonly packages: readonly string[];
  /** Package sources beside the distribution's own. */
  readonly sources?: readonly PackageSource[] | undefined;
  /** The URL of an HTTP proxy, for the build until its restart. */
  readonly proxy?: string | undefined;
  /** Whether the build installs AWS's own package of the SSM Agent, because the distribution has none. Default: no. */
  readonly vendorAgent?: boolean | undefined;
  /** Enabled at boot, and running. `ntp` and `ntpd` mean chrony in every family. */
  readonly services: readonly string[];
  readonly ipv6: "disabled" | "enabled";
  /** strong: also what the CIS Benchmarks ask of a server. basic: only the promises of every image. */
  readonly hardening: "strong" | "basic";
  /** Kernel settings by name, in addition to those of the hardening or in their place. */
  readonly kernel: Readonly<Record<string, string>>;
  /** The soft and hard limit of open files for users, root and services. */
  /** auditd, with the rules of `audit-rules.ts`. */
  readonly audit: boolean;
  readonly openFiles: number;
  readonly files: readonly RecipeFile[];
  readonly ansible?: ImagePlaybook | undefined;
  readonly allow: AllowedFiles;
  /** The user's own commands. They run last, each in bash with `-euo pipefail`. */
  readonly run: readonly string[];
  /** The user's own checks; exit status 0 is a pass. */
  readonly verify: readonly string[];
  readonly application?: ImageApplication | undefined;
  /** The lifecycle hooks of the servers' group that the image completes. Default: none. */
  readonly hooks?: { readonly launch?: ImageHook; readonly terminate?: ImageHook } | undefined;
  /**
   * The ports that may be open to the network. The SSH server is disabled unless TCP port 22 is one of them.
   */
  readonly listeningPorts: readonly PortRange[];
  /** After this time the build fails with a verdict and powers off. */
  readonly timeoutSeconds: number;
}

/**
 * Files that may differ from what the checks of the image's integrity expect. Absolute paths; one that ends
 * with a slash means everything below the folder.
 */
export interface AllowedFiles {
  /** Changed or missing files of packages. */
  readonly changed: readonly string[];
  /** Programs with a set-user-id or set-group-id bit or with capabilities. */
  readonly setuid: readonly string[];
  /** Files that every user may change, and folders in which every user may replace files. */
  readonly writable: readonly string[];
}

/** A program of the image that a server runs before it goes into service, or before it is terminated. */
export interface ImageHook {
  /** Absolute, of words that systemd reads as they are: `/usr/local/bin/warm-up`. It runs as root. */
  readonly run: string;
  /** What becomes of the server if the program fails. */
  readonly failed: "abandon" | "continue";
}

export interface PackageSource {
  /** Of its files. */
  readonly name: string;
  readonly url: string;
  /** Empty for dnf. */
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The OpenPGP public key that signs it, in ASCII armor. */
  readonly key: string;
}

export interface PortRange {
  readonly protocol: "tcp" | "udp";
  readonly from: number;
  /** The last port of the range. */
  readonly to: number;
}

export interface RecipeFile {
  /** Absolute. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Octal, as in `0644`. */
  readonly mode: string;
  /** `user` or `user:group`. Default: root. */
  readonly owner?: string | undefined;
}

export interface ImageApplication {
  readonly source: ApplicationSource;
  /** pip requirements, such as `flask` or `gunicorn==23.0.0`. */
  readonly python: readonly string[];
  /**
   * The versions that pip chooses for packages if it installs them: `flask==3.1.2`. They are part of a build, and not of
   * the image's definition (`python-versions.ts`). Default: those that pip chooses itself.
   */
  readonly keptVersions?: readonly string[] | undefined;
  /** Of the virtual environment, as in `3.12`: one that the family offers. Default: the distribution's own. */
  readonly pythonVersion?: string | undefined;
  /** A file of requirements, by its path in the source's folder. */
  readonly requirements?: string | undefined;
  /** A digest of everything in the source that it may say or name, if that is known before the build. */
  readonly requirementsDigest?: string | undefined;
  /** Commands that prepare the application in the source's folder, as its user. */
  readonly build?: readonly string[] | undefined;
  /** Exact values, of any characters but NUL. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /**
   * Variables whose values the application gets from AWS at its start, with the server's role: `ssm:/shop/database-url`,
   * `secretsmanager:shop/api#key`.
   */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  readonly duringBuild?:
    | {
        /** Over the environment, until the image is verified. */
        readonly environment: Readonly<Record<string, string>>;
        /** Whether it can run on the builder. Otherwise nothing is promised that only a running one shows. */
        readonly answers: boolean;
      }
    | undefined;
  /** Folders that it may write, by their paths in the source's folder. */
  readonly writable?: readonly string[] | undefined;
  readonly command: string;
  /** A system user that the build creates and that cannot log in. Never root. */
  readonly user: string;
  readonly port: number;
  /**
   * The load balancer's health check, if it asks on the application's port. Default: an HTTP request for `/`,
   * and any status below 500 is an answer.
   */
  readonly healthCheck?: ApplicationHealthCheck | undefined;
  /**
   * Whether no other machine talks to it, because a web server on the same machine stands before it. Default: no.
   */
  readonly internal?: boolean | undefined;
}

export type ApplicationHealthCheck =
  | {
      readonly protocol: "http" | "https";
      /** With its query. */
      readonly path: string;
      /** What a healthy application answers, in the form of a target group's matcher: `200`, `200-299,401`. */
      readonly statuses: string;
    }
  /** A connection is enough. */
  | { readonly protocol: "tcp" | "ssl" };

/** An Ansible playbook that configures the image. */
export interface ImagePlaybook {
  /** The playbook's folder, with everything beside it. */
  readonly source: DirectorySource;
  /** The playbook, by its path in the folder. */
  readonly playbook: string;
  /** Of ansible-core. */
  readonly version: string;
  /** `ansible.posix==2.0.0` */
  readonly collections: readonly string[];
  /** Plain data. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A directory: in the script, or an archive that the builder fetches. */
export type DirectorySource = Extract<ApplicationSource, { readonly kind: "files" | "stored" }>;

export type ApplicationSource =
  | { readonly kind: "content"; readonly filename: string; readonly content: Uint8Array }
  /** A directory that the script itself contains. `sha256` is that of its archive. */
  | {
      readonly kind: "files";
      readonly files: readonly DirectoryFile[];
      readonly sha256: string;
      readonly entries: readonly SourceEntry[];
    }
  /**
   * Too large for the script: the builder fetches it (`stored-contents.ts`). A file, or the archive of a directory, which
   * is unpacked.
   */
  | {
      readonly kind: "stored";
      readonly filename: string;
      readonly sha256: string;
      /** Those of a directory. */
      readonly entries?: readonly SourceEntry[];
    }
  /** An archive that Python's library knows is unpacked. Any other file is stored unchanged. */
  | { readonly kind: "url"; readonly url: string; readonly sha256: string };

/** A file of a directory, with its content. */
export interface DirectoryFile {
  /** Relative to the directory. */
  readonly path: string;
  /** Octal, as in `0644`. */
  readonly mode: string;
  readonly content: Uint8Array;
}

/** What a directory contains, as plans compare it. */
export interface SourceEntry {
  /** Relative to the directory. */
  readonly path: string;
  readonly bytes: number;
  /** Differs with everything that an image gets of the file: its content, whether it is a program, where a link leads. */
  readonly digest: string;
}

/** One promise about the built system, and how the build verifies it. */
export interface ImageCheck {
  /** The id in the script and on the console: `package:mtr`. */
  readonly id: string;
  readonly promise: string;
  readonly how: string;
}
