import { currentOf } from "../engine/current.ts";
import type { Live } from "../engine/live.ts";
import type { Family } from "../image/recipe.ts";
import type { Stack } from "../spec/stack.ts";

/** How to log in to the servers with a generated key. */
export interface Login {
  /** The private key's file. */
  readonly keyFile: string;
  readonly user: string;
}

/** The login user of each family's base images, from their publishers' documentation. */
const USERS: Readonly<Record<Family, string>> = {
  "amazon-linux-2023": "ec2-user",
  "debian-12": "admin",
  "ubuntu-24.04": "ubuntu",
};

/**
 * The login to the servers of these live objects: `image.use` may name an image of another family than the base image
 * of the stack file. An image that does not tell its family changes nothing.
 */
export function loginTo(live: readonly Live[], login: Login): Login {
  const image = currentOf(live, "image");
  const family: unknown = image && Reflect.get(image.fields, "family");
  const user = Object.entries(USERS).find(([name]) => name === family)?.[1];
  return user === undefined ? login : { ...login, user };
}

/** Undefined if the stack file lets no key be generated: nobody but its owner knows where another key is. */
export function loginOf({ keyPair, image }: Stack): Login | undefined {
  if (keyPair?.source.kind !== "generate") return undefined;
  return { keyFile: keyPair.source.file, user: USERS[image.base.family] };
}
