import { absolutePath } from "../shared/absolute-path.ts";
import type { Architecture } from "../shared/architecture.ts";
import { givenName, type Named } from "../shared/given-name.ts";
import type { BaseFamily, ImageFile } from "./schema.ts";

export interface Image extends Named {
  /** Without an id: the vendor's image of this family, at the release below. */
  readonly base: { readonly family: BaseFamily; readonly id?: string };
  /** Always `latest` when the base is an id. */
  readonly release:
    | { readonly kind: "latest" }
    | { readonly kind: "pinned"; readonly value: string };
  /** Absent: the architecture of the servers' instance type, or of the base image with that id. */
  readonly architecture?: Architecture;
  readonly updates: "all" | "security" | "none";
  readonly packages: readonly string[];
  readonly sources: readonly PackageSourceOfImage[];
  /** The URL of the build's proxy. */
  readonly proxy?: string;
  readonly services: readonly string[];
  readonly ipv6: "disabled" | "enabled";
  readonly hardening: "strong" | "basic";
  readonly kernel: Readonly<Record<string, string>>;
  readonly audit: boolean;
  readonly openFiles: number;
  readonly files: readonly FileOfImage[];
  readonly ansible?: AnsibleOfImage;
  readonly allow: {
    readonly changed: readonly string[];
    readonly setuid: readonly string[];
    readonly writable: readonly string[];
  };
  readonly run: readonly string[];
  readonly verify: readonly string[];
  readonly builder: {
    /** Absent: a usual one of the image's architecture. */
    readonly instanceType?: string;
    /** Seconds. */
    readonly timeout: number;
  };
  readonly disk: {
    /** GiB. Absent: the size of the base image's disk. */
    readonly size?: number;
    readonly type: "gp3" | "gp2";
    /** Absent: the account's default key for EBS. */
    readonly key?: string;
  };
  /** An earlier image of the stack, for the servers to run on. */
  readonly use?: string;
  /** How many earlier images are kept for rollback. */
  readonly keep: number;
}

interface AnsibleOfImage {
  /** Absolute. Its folder is sent to the builder. */
  readonly playbook: string;
  /** Of ansible-core. */
  readonly version: string;
  /** `ansible.posix==2.0.0` */
  readonly collections: readonly string[];
  /** Plain data. */
  readonly variables: Readonly<Record<string, unknown>>;
}

interface PackageSourceOfImage {
  readonly name: string;
  readonly url: string;
  /** Empty on Amazon Linux. */
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** In ASCII armor. */
  readonly key: string;
}

interface FileOfImage {
  readonly path: string;
  readonly content: string;
  /** Four octal digits: `0644`. */
  readonly mode: string;
}

export function normaliseImage(
  {
    base,
    release,
    architecture,
    builder: { instanceType, timeout },
    disk: { size, type, key },
    sources,
    ansible,
    use,
    name,
    keep,
    ...rest
  }: ImageFile,
  { folder }: { readonly folder: string },
): Image {
  const proxy = sources.find((source) => source.proxy !== undefined)?.proxy;
  return {
    ...givenName(name),
    base: typeof base === "string" ? { family: base } : base,
    release: release === "latest" ? { kind: "latest" } : { kind: "pinned", value: release },
    ...(architecture !== undefined && { architecture }),
    ...rest,
    sources: sources
      .filter((source) => source.proxy === undefined)
      .map(({ name = "", url = "", suites = [], components = [], key = "" }) => ({
        ...{ name, url, suites, components },
        key: `${key.trim()}\n`,
      })),
    ...(proxy !== undefined && { proxy }),
    builder: { ...(instanceType !== undefined && { instanceType }), timeout },
    disk: { ...(size !== undefined && { size }), type, ...(key !== undefined && { key }) },
    ...(ansible !== undefined && {
      ansible: { ...ansible, playbook: absolutePath(ansible.playbook, folder) },
    }),
    ...(use !== undefined && { use }),
    keep: keep ?? (name === undefined ? 1 : 0),
  };
}
