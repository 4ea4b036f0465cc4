import { quote } from "../finding.ts";
import { type Cidr, parseCidr } from "./cidr.ts";
import { Mistake, scalar } from "./scalar.ts";

const ALTERNATIVES =
  "a CIDR (203.0.113.10/32), the name of a group in this file, or an sg- or pl- id";

/** The other end of a rule. `group` is another section of the same file (or the group itself). */
export type Peer = GroupReference | Cidr | { readonly kind: "prefix-list"; readonly value: string };

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
  if (value.includes(":") || /^[\d./]+$/.test(value)) return parseCidr(value);
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
