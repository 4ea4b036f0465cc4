import { problemOf } from "./names.ts";

/** Why a record of this type cannot have the value. Undefined for one that it can have. */
export function problemOfValue(type: string, value: string): string | undefined {
  const problem = checks[type]?.(value);
  return problem === undefined
    ? undefined
    : `Invalid Resource Record: '${problem} encountered with '${value}''`;
}

/** "Supported DNS record types", Amazon Route 53 Developer Guide. Values of other types are not looked at. */
const checks: Readonly<Record<string, (value: string) => string | undefined>> = {
  A: (value) =>
    isAddress(value)
      ? undefined
      : "FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)",
  AAAA: (value) =>
    value.includes(":") && /^[0-9a-f:.]{2,45}$/i.test(value)
      ? undefined
      : "FATAL problem: AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)",
  CNAME: (value) =>
    problemOf(value) === undefined
      ? undefined
      : "FATAL problem: UnsupportedCharacter (Value is not a valid name)",
  TXT: (value) =>
    /^("(?:[^"\\]|\\.){0,255}"\s*)+$/.test(value)
      ? undefined
      : "FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks)",
  CAA: (value) =>
    /^\d{1,3} [a-z0-9]+ "[^"]*"$/i.test(value)
      ? undefined
      : "FATAL problem: CAARRDATAInvalid (Value is not a valid CAA record)",
};

function isAddress(value: string): boolean {
  return (
    /^\d{1,3}(\.\d{1,3}){3}$/.test(value) && value.split(".").every((part) => Number(part) <= 255)
  );
}
