import { expect, test } from "vitest";
import { loadStack } from "../../../src/spec/load.ts";
import { LEAST } from "../stacks.ts";

/** What is said of the addresses of an own network. */
function saidOf(cidr: string): string {
  const withGroup = LEAST.replace("{ min: 2 }", "{ min: 2, securityGroups: [web] }");
  const text = `${withGroup}securityGroups: { web: {} }\nnetwork: { vpc: own, cidr: ${cidr} }\n`;
  const loaded = loadStack(text, { file: "a.yaml" });
  const errors = "errors" in loaded ? loaded.errors : [];
  return errors
    .map(({ path, message, help }) => `${path}: ${message} → ${help}`)
    .join("\n")
    .replace(/^network\.cidr: /, "");
}

test.each<[why: string, cidr: string, said: string]>([
  ["the largest", "10.0.0.0/16", ""],
  ["the smallest", "192.168.252.0/22", ""],
  [
    "larger",
    "10.0.0.0/15",
    "a block of /15 is too large: AWS allows at most /16 → write 10.0.0.0/16",
  ],
  [
    "smaller",
    "10.0.0.0/23",
    "a block of /23 is too small for the subnets of an own network → write a block of /16 to /22",
  ],
  [
    "not at the beginning of a block",
    "10.20.4.0/20",
    "10.20.4.0/20 has address bits set beyond its prefix length → write 10.20.0.0/20",
  ],
  [
    "an address",
    "10.20.0.0",
    "the address 10.20.0.0 needs a prefix length → write the first address and the size, for example 10.20.0.0/16",
  ],
  [
    "no address",
    "10.20/16",
    '"10.20/16" is not a valid IPv4 CIDR → write the first address and the size, for example 10.20.0.0/16',
  ],
  [
    "the machine's own addresses",
    "127.0.0.0/16",
    "no machine can have an address of 127.0.0.0/16 → write a private block, for example 10.20.0.0/16",
  ],
  [
    "link-local addresses, where AWS answers itself",
    "169.254.0.0/16",
    "no machine can have an address of 169.254.0.0/16 → write a private block, for example 10.20.0.0/16",
  ],
  [
    "IPv6",
    '"2001:db8::/56"',
    "an own network has IPv4 addresses only → write a block of IPv4 addresses, for example 10.20.0.0/16",
  ],
  [
    "a number",
    "10.2",
    "expected a block of IPv4 addresses, but YAML reads 10.2 as a number → write the first address and the size, for example 10.20.0.0/16",
  ],
])("%s", (_why, cidr, said) => {
  expect(saidOf(cidr)).toBe(said);
});
