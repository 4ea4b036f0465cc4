import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { DesiredResource, Live, LiveStatus } from "../engine/resource.ts";
import { quoteForShell } from "./command-line.ts";

/** How someone logs in, where the stack has a key that was made here. */
export interface Login {
  /** Path of the private key, from the working directory or absolute. */
  readonly keyFile: string;
  readonly user: string;
}

/** The user of each family's base images, as their publishers document it. */
const USERS: Readonly<Record<string, string>> = {
  "amazon-linux-2023": "ec2-user",
  "debian-12": "admin",
  "ubuntu-24.04": "ubuntu",
};

/** What an interrupted apply left half made, such as an image's builder, is of no use yet. */
const USABLE: ReadonlySet<LiveStatus> = new Set(["ready", "settling"]);

/**
 * What a user needs next: the URL, the image, the key's file and how to log in with it.
 *
 * @param address Of a server, where there is one.
 */
export function outputsOf(
  live: Iterable<Live>,
  login: Login | undefined,
  directory: string,
  address = "<an instance's address>",
): Record<string, string> {
  const usable = [...live].filter(({ status }) => USABLE.has(status));
  const outputs: Record<string, string> = {};
  const url = outputOf(usable, "load-balancer", "url");
  // Without an HTTP listener it is a host and a port, which no URL need be.
  if (url !== undefined) outputs["url"] = URL.parse(url)?.href ?? url;
  const image = outputOf(usable, "image", "id");
  if (image !== undefined) outputs["image"] = image;
  // The key may have been made on another machine, or in another file before this one was named.
  const file = login === undefined ? undefined : resolve(directory, login.keyFile);
  if (login !== undefined && file !== undefined && existsSync(file)) {
    const path = relative(directory, file);
    const keyFile = path.startsWith("..") ? file : `./${path}`;
    outputs["keyFile"] = keyFile;
    outputs["login"] = `ssh -i ${quoteForShell(keyFile)} ${login.user}@${address}`;
  }
  return outputs;
}

/** The newest object's, where an earlier generation is kept beside it. */
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

/** How to log in with a key made here; undefined where the family's user is not known. */
export function login(keyFile: string, family: string): Login | undefined {
  const user = USERS[family];
  return user === undefined ? undefined : { keyFile, user };
}

function fieldOf(desired: readonly DesiredResource[], type: string, name: string): unknown {
  const fields = desired.find(({ address }) => address.startsWith(`${type}/`))?.fields;
  const told: Readonly<Record<string, unknown>> = { ...fields };
  return told[name];
}
