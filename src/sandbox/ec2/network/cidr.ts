import { isIPv4, isIPv6 } from "node:net";
import { invalidValue } from "../../error.ts";

/**
 * EC2 canonicalizes the blocks of rules: 100.68.0.18/18 becomes 100.68.0.0/18 (Amazon EC2 API
 * Reference, `IpRange`).
 *
 * @throws AwsError for a malformed block.
 */
export function canonicalIpv4(cidr: string): string {
  const [address = "", length] = cidr.split("/");
  const bits = prefixLength(length, 32);
  if (!isIPv4(address) || bits === undefined) throw malformed(cidr);
  const value = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const network = bits === 0 ? 0 : Math.floor(value / 2 ** (32 - bits)) * 2 ** (32 - bits);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256);
  return `${octets.join(".")}/${bits}`;
}

/** The same for IPv6, in the shortest lower-case form (RFC 5952). @throws AwsError */
export function canonicalIpv6(cidr: string): string {
  const [address = "", length] = cidr.split("/");
  const bits = prefixLength(length, 128);
  if (!isIPv6(address) || address.includes("%") || bits === undefined) throw malformed(cidr);
  // The URL parser writes addresses in their canonical form.
  const compact = (text: string) => new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [head = "", tail] = compact(address).split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array<string>(zeros).fill("0"), ...back].map((group, index) => {
    const kept = Math.min(16, Math.max(0, bits - index * 16));
    const mask = (0xffff << (16 - kept)) & 0xffff;
    return (Number.parseInt(group, 16) & mask).toString(16);
  });
  return `${compact(groups.join(":"))}/${bits}`;
}

/** Whether an IPv4 address is in a canonical block. */
export function inIpv4Block(address: string, cidr: string): boolean {
  const [, bits = "32"] = cidr.split("/");
  return canonicalIpv4(`${address}/${bits}`) === cidr;
}

/** Whether two canonical blocks have an address in common: then one is inside the other. */
export function blocksOverlap(one: string, other: string): boolean {
  const first = (cidr: string) => cidr.split("/")[0] ?? "";
  return inIpv4Block(first(one), other) || inIpv4Block(first(other), one);
}

function prefixLength(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^\d{1,3}$/.test(text)) return undefined;
  const bits = Number(text);
  return bits <= most ? bits : undefined;
}

function malformed(cidr: string) {
  return invalidValue(`CIDR block ${cidr} is malformed`);
}
