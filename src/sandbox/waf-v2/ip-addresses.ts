import { isIPv4, isIPv6 } from "node:net";
import type { IPAddressVersion } from "@aws-sdk/client-wafv2";
import { badFormat, failedConstraint, limitsExceeded } from "./errors.ts";

/** "Maximum number of unique IP addresses in CIDR notation per IP set" ("AWS WAF quotas"). */
const MAX_ADDRESSES = 10_000;

/**
 * The ranges of a request as AWS WAF stores them.
 *
 * @throws AwsError WAFInvalidParameterException, WAFLimitsExceededException, ValidationException.
 */
export function readAddresses(
  addresses: readonly string[],
  version: IPAddressVersion,
): readonly string[] {
  const read = new Set(addresses.map((address) => readAddress(address, version)));
  if (read.size > MAX_ADDRESSES) throw limitsExceeded();
  return [...read];
}

function readAddress(address: string, version: IPAddressVersion): string {
  // "IPAddress" of the service's model.
  if (address.length < 1 || address.length > 50 || address.trim() === "") {
    throw failedConstraint(
      `[${address}]`,
      "addresses",
      "Member must satisfy constraint: [Member must have length less than or equal to 50, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: .*\\S.*]",
    );
  }
  const match = /^([^/]+)\/(\d{1,3})$/.exec(address);
  const base = match?.[1] ?? "";
  const length = Number(match?.[2]);
  const groups = groupsOf(base, version);
  const width = version === "IPV4" ? 32 : 128;
  // "WAF supports all IPv4 and IPv6 CIDR ranges except for /0" (IPSet, API Reference).
  if (groups === undefined || !(length >= 1 && length <= width) || hasHostBits(groups, length)) {
    throw badFormat("IP_ADDRESS", address);
  }
  if (version === "IPV4") return `${base}/${length}`;
  // IPv6 addresses are answered at full length, as in the API Reference's examples.
  const full = groups.map(({ value }) => value.toString(16).padStart(4, "0")).join(":");
  return `${full}/${length}`;
}

/** A part of an address: 8 bits of IPv4, 16 bits of IPv6. */
interface Group {
  readonly value: number;
  readonly bits: number;
}

/** Undefined for what is no address of the version. */
function groupsOf(address: string, version: IPAddressVersion): readonly Group[] | undefined {
  if (version === "IPV4") {
    if (!isIPv4(address)) return undefined;
    return address.split(".").map((part) => ({ value: Number(part), bits: 8 }));
  }
  if (!isIPv6(address) || address.includes("%") || address.includes(".")) return undefined;
  const [head = "", tail] = address.split("::");
  const parts = (text = "") => (text === "" ? [] : text.split(":"));
  const missing = tail === undefined ? 0 : 8 - parts(head).length - parts(tail).length;
  return [...parts(head), ...Array<string>(missing).fill("0"), ...parts(tail)].map((part) => ({
    value: Number.parseInt(part, 16),
    bits: 16,
  }));
}

/** Whether bits after the prefix are set. AWS WAF refuses such a range instead of clearing them. */
function hasHostBits(groups: readonly Group[], length: number): boolean {
  let left = length;
  for (const { value, bits } of groups) {
    const hostBits = Math.max(0, bits - Math.max(0, left));
    if (value % 2 ** hostBits !== 0) return true;
    left -= bits;
  }
  return false;
}
