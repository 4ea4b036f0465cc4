import { isIPv4, isIPv6 } from "node:net";

/**
 * A CIDR the way EC2 returns it: bits beyond the prefix cleared, IPv6 in its shortest form. Anything
 * else (a group's id) is returned unchanged.
 */
export function canonicalCidr(text: string): string {
  const [address = "", prefix = ""] = text.split("/");
  const length = Number(prefix);
  if (prefix === "" || !Number.isInteger(length)) return text;
  if (isIPv4(address)) return `${formatIPv4(masked(parseIPv4(address), length, 32))}/${length}`;
  if (isIPv6(address)) return `${formatIPv6(masked(parseIPv6(address), length, 128))}/${length}`;
  return text;
}

/**
 * Whether the first CIDR contains all addresses of the second. False for anything that is not a
 * CIDR.
 */
export function containsCidr(outer: string, inner: string): boolean {
  const [one, other] = [blockOf(outer), blockOf(inner)];
  if (one === undefined || other === undefined || one.width !== other.width) return false;
  return one.length <= other.length && masked(other.first, one.length, one.width) === one.first;
}

/** The number of addresses, as a power of two. Undefined for anything that is not a CIDR. */
export function cidrSize(text: string): number | undefined {
  const block = blockOf(text);
  return block && block.width - block.length;
}

function blockOf(text: string) {
  const [address = "", prefix = ""] = canonicalCidr(text).split("/");
  const length = Number(prefix);
  if (prefix === "" || !Number.isInteger(length)) return undefined;
  if (isIPv4(address)) return { first: parseIPv4(address), length, width: 32 };
  if (isIPv6(address)) return { first: parseIPv6(address), length, width: 128 };
  return undefined;
}

function masked(address: bigint, length: number, width: number): bigint {
  const free = BigInt(Math.max(0, width - length));
  return (address >> free) << free;
}

function parseIPv4(text: string): bigint {
  return text.split(".").reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function formatIPv4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
}

function parseIPv6(text: string): bigint {
  // The URL standard's parser also takes an embedded IPv4 address; it answers in shortest form.
  const [head = "", tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const groups = (part: string | undefined) => (part ? part.split(":") : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail)].reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function formatIPv6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
