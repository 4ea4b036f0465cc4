import { isIPv4, isIPv6 } from "node:net";
import { quote } from "../finding.ts";
import { Mistake, scalar } from "./scalar.ts";

const ALTERNATIVES =
  "a CIDR (203.0.113.10/32), the name of a group in this file, or an sg- or pl- id";

/** The other end of a rule. `group` is another section of the same file (or the group itself). */
export type Peer =
  | GroupReference
  | { readonly kind: "cidr4" | "cidr6" | "prefix-list"; readonly value: string };

/** A security group: a section of this file by its name, or one from elsewhere by its `sg-` id. */
export interface GroupReference {
  readonly kind: "group" | "group-id";
  readonly value: string;
}

/** Security groups of this file: they become the second half of an address and of a physical name. */
export const GROUP_NAME = /^[a-z][a-z0-9-]*$/;

/** The other end of a security group's rule. */
export function peer() {
  return scalar(
    {
      type: "string",
      minLength: 1,
      examples: ["0.0.0.0/0", "2001:db8::/32", "load-balancer", "sg-0123456789abcdef0"],
    },
    parsePeer,
  );
}

/** A security group that something belongs to. */
export function groupReference() {
  return scalar(
    { type: "string", minLength: 1, examples: ["web", "sg-0123456789abcdef0"] },
    (value, written): GroupReference | Mistake => {
      const parsed = parsePeer(value, written);
      if (parsed instanceof Mistake || parsed.kind === "group" || parsed.kind === "group-id") {
        return parsed as GroupReference | Mistake;
      }
      return new Mistake(
        `expected a security group, but this is ${quote(value, written)}`,
        "use the name of a group in this file, or an sg- id",
      );
    },
  );
}

function parsePeer(value: unknown, written: string): Peer | Mistake {
  if (typeof value !== "string" || value === "") {
    return new Mistake(
      `expected ${ALTERNATIVES}, but this is ${value === "" ? "empty" : quote(value, written)}`,
    );
  }
  if (/^(sg|pl)-/i.test(value)) return parseId(value);
  if (value.includes(":")) return parseCidr6(value);
  if (/^[\d./]+$/.test(value)) return parseCidr4(value);
  if (GROUP_NAME.test(value)) return { kind: "group", value };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(\/.*)?$/i.test(value)) {
    return new Mistake(
      `${quote(value)} looks like a host name, and a rule accepts only addresses`,
      `use ${ALTERNATIVES}`,
    );
  }
  return new Mistake(
    `${quote(value)} is not a valid source or destination of a rule`,
    `use ${ALTERNATIVES}`,
  );
}

/** EC2's ids end in 17 hexadecimal digits, and in 8 where they are from before 2018. */
function parseId(value: string): Peer | Mistake {
  if (/^(sg|pl)-([0-9a-f]{8}|[0-9a-f]{17})$/.test(value)) {
    return { kind: value.startsWith("sg-") ? "group-id" : "prefix-list", value };
  }
  return new Mistake(
    `${quote(value)} is not a valid AWS id`,
    `use ${value.slice(0, 3).toLowerCase()} followed by 8 or 17 hexadecimal digits (0-9, a-f); for example ${value.slice(0, 3).toLowerCase()}0123456789abcdef0`,
  );
}

function parseCidr4(value: string): Peer | Mistake {
  const [address = "", prefix, ...rest] = value.split("/");
  if (!isIPv4(address) || rest.length > 0) {
    const range = "use four numbers from 0 to 255 without leading zeros, a slash, and 0 to 32";
    return new Mistake(`${quote(value)} is not a valid IPv4 CIDR`, `${range}: 203.0.113.0/24`);
  }
  if (prefix === undefined) {
    return new Mistake(
      `the address ${value} needs a prefix length`,
      value === "0.0.0.0"
        ? "write 0.0.0.0/0 for every address"
        : `write ${value}/32 for that one address`,
    );
  }
  const length = prefixLength(prefix, 32);
  if (length === undefined) {
    return new Mistake(
      `${quote(`/${prefix}`)} is not a valid IPv4 prefix length`,
      "use 0 (every address) to 32 (one address)",
    );
  }
  const bits = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - length);
  const first = Math.floor(bits / size) * size;
  const network = `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${length}`;
  if (first !== bits) return hostBits(value, network, `${address}/32`);
  return { kind: "cidr4", value: network };
}

function parseCidr6(value: string): Peer | Mistake {
  const [address = "", prefix, ...rest] = value.split("/");
  if (!isIPv6(address) || address.includes("%") || rest.length > 0) {
    return new Mistake(`${quote(value)} is not a valid IPv6 CIDR`, "for example 2001:db8::/32");
  }
  if (prefix === undefined) {
    return new Mistake(
      `the address ${value} needs a prefix length`,
      `write ${value}/128 for that one address`,
    );
  }
  const length = prefixLength(prefix, 128);
  if (length === undefined) {
    return new Mistake(
      `${quote(`/${prefix}`)} is not a valid IPv6 prefix length`,
      "use 0 (every address) to 128 (one address)",
    );
  }
  const bits = bitsOf6(address);
  const rest6 = BigInt(128 - length);
  const first = (bits >> rest6) << rest6;
  const network = `${show6(first)}/${length}`;
  if (first !== bits) return hostBits(value, network, `${show6(bits)}/128`);
  return { kind: "cidr6", value: network };
}

function hostBits(value: string, network: string, single: string): Mistake {
  return new Mistake(
    `${value} has address bits set beyond its prefix length`,
    `write ${network} for the network, or ${single} for that one address`,
  );
}

function prefixLength(written: string, most: number): number | undefined {
  return /^(0|[1-9]\d{0,2})$/.test(written) && Number(written) <= most
    ? Number(written)
    : undefined;
}

/** The address in the one form that RFC 5952 recommends and AWS answers with; URL knows how. */
function canonical6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function bitsOf6(address: string): bigint {
  const [head = "", tail] = canonical6(address).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].reduce(
    (bits, group) => (bits << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function show6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return canonical6(groups.join(":"));
}
