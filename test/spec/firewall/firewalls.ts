import type { WebAclFirewall } from "../../../src/spec/firewall/normalised.ts";
import { loadStack } from "../../../src/spec/load.ts";
import { LEAST, load } from "../stacks.ts";

/** The least that can have a firewall. */
export const BALANCER = "loadBalancer: { type: application }\n";

function fileWith(firewall: unknown): string {
  return `${LEAST}${BALANCER}firewall: ${JSON.stringify(firewall)}\n`;
}

/** The firewall of a good file. */
export function firewallOf(firewall: unknown) {
  return load(fileWith(firewall)).firewall;
}

/** The same, of a file that wants one. */
export function webAclOf(firewall: object): WebAclFirewall {
  const found = firewallOf(firewall);
  if (found?.kind !== "web-acl") throw new Error("no web ACL");
  return found;
}

/** What is said of a file with this firewall. */
export function mistakeIn(firewall: unknown): string {
  const loaded = loadStack(fileWith(firewall), { file: "a.yaml" });
  if (!("errors" in loaded)) throw new Error("no error");
  return loaded.errors.map(({ path, message, help }) => `${path}: ${message} → ${help}`).join("\n");
}

/** The warnings about a good file. */
export function warningsAbout(firewall: object): readonly string[] {
  const loaded = loadStack(fileWith(firewall), { file: "a.yaml" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  return loaded.warnings
    .filter(({ path }) => path.startsWith("firewall"))
    .map(({ path, message, help }) => `${path}: ${message} → ${help}`);
}
