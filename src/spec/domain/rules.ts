import { type Finding, shown } from "../finding.ts";
import type { DomainFile } from "./schema.ts";

/** The longest common name of a certificate (RFC 5280, ub-common-name). */
const LONGEST_FIRST = 64;

/** Each name once and within the zone, and a first name that a certificate can have. */
export function* domainRules(domain: DomainFile): Iterable<Finding> {
  yield* repeatedNames(domain);
  yield* outsideZone(domain);
  yield* longFirstName(domain);
}

function* repeatedNames({ names }: DomainFile): Iterable<Finding> {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    yield {
      severity: "error",
      path: ["domain", "names", index],
      message: `${shown(name)} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* outsideZone({ names, zone }: DomainFile): Iterable<Finding> {
  if (zone === undefined) return;
  for (const [index, name] of names.entries()) {
    // A repeated name is an error itself.
    if (names.indexOf(name) < index || name === zone || name.endsWith(`.${zone}`)) continue;
    yield {
      severity: "error",
      path: ["domain", "names", index],
      message: `${shown(name)} is not in the zone ${shown(zone)}`,
      help: `use names that end with .${shown(zone)}, or remove zone and make the DNS records yourself`,
    };
  }
}

/** A certificate that exists has its name already. */
function* longFirstName({ names, certificate }: DomainFile): Iterable<Finding> {
  const [first] = names;
  if (first === undefined || certificate !== undefined || first.length <= LONGEST_FIRST) return;
  const shorter = names.find(({ length }) => length <= LONGEST_FIRST);
  yield {
    severity: "error",
    path: ["domain", "names", 0],
    about: [
      ["domain", "names"],
      ["domain", "certificate"],
    ],
    message: `the first name is the certificate's name, which can have at most ${LONGEST_FIRST} characters, but this one has ${first.length}`,
    help:
      shorter === undefined
        ? "put a shorter name before it, for example a wildcard that covers it"
        : `put a shorter name first: ${shorter}`,
  };
}
