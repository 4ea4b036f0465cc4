import { isIPv4, isIPv6 } from "node:net";
import { quote } from "../finding.ts";
import { Mistake } from "./scalar.ts";

/** A range of addresses, in the one form that AWS answers with. */
export interface Cidr {
  readonly kind: "cidr4" | "cidr6";
  readonly value: string;
}

/** Where a range of every address has a meaning, and where it has none. */
type Shortest = 0 | 1;

/** A range of addresses of one of the families, with a prefix length of at least `shortest`. */
export function parseCidr(value: string, shortest: Shortest = 0): Cidr | Mistake {
  return value.includes(":") ? parseCidr6(value, shortest) : parseCidr4(value, shortest);
}

function parseCidr4(value: string, shortest: Shortest): Cidr | Mistake {
  const [address = "", prefix, ...rest] = value.split("/");
  if (!isIPv4(address) || rest.length > 0) {
    const range = `use four numbers from 0 to 255 without leading zeros, a slash, and ${shortest} to 32`;
    return new Mistake(`${quote(value)} is not a valid IPv4 CIDR`, `${range}: 203.0.113.0/24`);
  }
  if (prefix === undefined) {
    return new Mistake(
      `the address ${value} needs a prefix length`,
      value === "0.0.0.0" && shortest === 0
        ? "write 0.0.0.0/0 for every address"
        : `write ${value}/32 for that one address`,
    );
  }
  const length = prefixLength(prefix, shortest, 32);
  if (length === undefined) {
    return new Mistake(
      `${quote(`/${prefix}`)} is not a valid IPv4 prefix length`,
      `use ${fewest(shortest)} to 32 (one address)`,
    );
  }
  const bits = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - length);
  const first = Math.floor(bits / size) * size;
  const network = `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${length}`;
  if (first !== bits) return hostBits(value, network, `${address}/32`);
  return { kind: "cidr4", value: network };
}

function parseCidr6(value: string, shortest: Shortest): Cidr | Mistake {
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
  const length = prefixLength(prefix, shortest, 128);
  if (length === undefined) {
    return new Mistake(
      `${quote(`/${prefix}`)} is not a valid IPv6 prefix length`,
      `use ${fewest(shortest)} to 128 (one address)`,
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

function prefixLength(written: string, least: number, most: number): number | undefined {
  const length = /^(0|[1-9]\d{0,2})$/.test(written) ? Number(written) : -1;
  return length >= least && length <= most ? length : undefined;
}

function fewest(shortest: Shortest): string {
  return shortest === 0 ? "0 (every address)" : String(shortest);
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
