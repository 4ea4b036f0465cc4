import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { quoteForShell } from "../aws/quote-for-shell.ts";
import type { DesiredResource, Live, LiveStatus } from "../engine/resource.ts";

/** How to log in with a key that was generated on this machine. */
export interface Login {
  /** Path of the private key, relative to the current directory, or absolute. */
  readonly keyFile: string;
  readonly user: string;
}

/** The login user of each family's base images, from their publishers' documentation. */
const USERS: Readonly<Record<string, string>> = {
  "amazon-linux-2023": "ec2-user",
  "debian-12": "admin",
  "ubuntu-24.04": "ubuntu",
};

/** Excludes unfinished resources of an interrupted apply, such as an image that is still being built. */
const USABLE: ReadonlySet<LiveStatus> = new Set(["ready", "settling"]);

/**
 * The URL, the image, the key file and the command to log in with it.
 *
 * @param address A server's address. Without one there is no command to log in.
 */
export function outputsOf(
  live: Iterable<Live>,
  login: Login | undefined,
  directory: string,
  address?: string,
): Record<string, string> {
  const usable = [...live].filter(({ status }) => USABLE.has(status));
  const outputs: Record<string, string> = {};
  const url = outputOf(usable, "load-balancer", "url");
  // Without an HTTP listener it is a host and a port, which need not parse as a URL.
  if (url !== undefined) outputs["url"] = URL.parse(url)?.href ?? url;
  const image = outputOf(usable, "image", "id");
  if (image !== undefined) outputs["image"] = image;
  // The key may have been generated on another machine, or into another file.
  const file = login === undefined ? undefined : resolve(directory, login.keyFile);
  if (login !== undefined && file !== undefined && existsSync(file)) {
    const path = relative(directory, file);
    const keyFile = path.startsWith("..") ? file : `./${path}`;
    outputs["keyFile"] = keyFile;
    if (address !== undefined) {
      outputs["login"] = `ssh -i ${quoteForShell(keyFile)} ${login.user}@${address}`;
    }
  }
  return outputs;
}

/** The output of the newest object: older generations may exist beside it. */
function outputOf(live: readonly Live[], type: string, name: string): string | undefined {
  const newest = live
    .filter(({ address }) => address.startsWith(`${type}/`))
    .toSorted((one, other) => other.createdAt - one.createdAt)
    .at(0);
  const outputs: Readonly<Record<string, unknown>> = { ...newest?.outputs };
  const value = outputs[name];
  return typeof value === "string" ? value : undefined;
}

/** Read from the desired resources, so that a saved plan has it too. */
export function loginOf(desired: readonly DesiredResource[]): Login | undefined {
  const keyFile = fieldOf(desired, "key-pair", "privateKeyFile");
  const family = fieldOf(desired, "image", "family");
  if (typeof keyFile !== "string" || typeof family !== "string") return undefined;
  return login(keyFile, family);
}

/** How to log in with a generated key; undefined if the family's login user is not known. */
export function login(keyFile: string, family: string): Login | undefined {
  const user = USERS[family];
  return user === undefined ? undefined : { keyFile, user };
}

function fieldOf(desired: readonly DesiredResource[], type: string, name: string): unknown {
  const fields = desired.find(({ address }) => address.startsWith(`${type}/`))?.fields;
  const told: Readonly<Record<string, unknown>> = { ...fields };
  return told[name];
}
