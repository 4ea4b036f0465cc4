import { loadStack } from "../../../src/spec/load.ts";
import { LEAST, load } from "../stacks.ts";

/** The least that can have a domain. */
export const BALANCER = "loadBalancer: { type: application }\n";
export const CERTIFICATE =
  "arn:aws:acm:eu-west-1:111111111111:certificate/01234567-89ab-cdef-0123-456789abcdef";

function fileWith(domain: object): string {
  return `${LEAST}${BALANCER}domain: ${JSON.stringify(domain)}\n`;
}

/** The domain of a good file. */
export function domainOf(domain: object) {
  return load(fileWith(domain)).domain;
}

/** What is said of a file with this domain. */
export function mistakeIn(domain: object): string {
  const loaded = loadStack(fileWith(domain), { file: "a.yaml" });
  if (!("errors" in loaded)) throw new Error("no error");
  return loaded.errors.map(({ path, message, help }) => `${path}: ${message} → ${help}`).join("\n");
}

export type Case = [written: string | number, mistake: string];

/** All of them are the same mistake. */
export function each(
  written: readonly string[],
  mistake: (written: string) => string,
): readonly Case[] {
  return written.map((one) => [one, mistake(one)]);
}
