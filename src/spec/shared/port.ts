import { quote, shown } from "../finding.ts";
import { Mistake, scalar } from "./scalar.ts";

const HIGHEST = 65535;

/** What people write when they know the service and not its number. */
const WELL_KNOWN = new Map([
  ["ssh", 22],
  ["smtp", 25],
  ["dns", 53],
  ["http", 80],
  ["https", 443],
  ["rdp", 3389],
  ["mysql", 3306],
  ["postgres", 5432],
  ["postgresql", 5432],
  ["redis", 6379],
]);

/** The ports of a rule. `all` stays a word, because its meaning depends on the protocol. */
export type Ports = "all" | { readonly from: number; readonly to: number };

/** One port: 1 to 65535. */
export function port() {
  return scalar(
    { type: "integer", minimum: 1, maximum: HIGHEST, examples: [80] },
    (value, written): number | Mistake => {
      const ports = parsePorts(value, written, "use one whole number from 1 to 65535");
      if (ports instanceof Mistake) return ports;
      if (ports === "all" || ports.from !== ports.to) {
        return new Mistake(
          `expected one port, but this is ${quote(value, written)}`,
          "for example 80",
        );
      }
      if (ports.from === 0)
        return new Mistake("port 0 does not exist", "use a port from 1 to 65535");
      return ports.from;
    },
  );
}

/** A port, a range of them, or `all`. */
export function ports() {
  return scalar(
    {
      anyOf: [
        { type: "integer", minimum: 0, maximum: HIGHEST },
        { type: "string", pattern: "^(all|[0-9]+(-[0-9]+)?)$" },
      ],
      examples: [80, "8000-8010", "all"],
    },
    (value, written) =>
      parsePorts(value, written, "write one port (80), a range (8000-8010) or all"),
  );
}

function parsePorts(value: unknown, written: string, help: string): Ports | Mistake {
  if (value === "all") return "all";
  const match =
    typeof value === "number" || typeof value === "string"
      ? /^(\d+)(?:\s*(?:-|–|\.\.|:)\s*(\d+))?$/.exec(String(value))
      : null;
  if (match === null) return notPorts(value, written, help);
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  for (const end of [from, to]) {
    if (end > HIGHEST) {
      return new Mistake(
        `port ${typeof value === "number" ? shown(written) : end} does not exist: the highest is ${HIGHEST}`,
        help,
      );
    }
  }
  if (from > to) {
    return new Mistake(`the range ${quote(value)} runs backwards`, `write ${to}-${from}`);
  }
  if (match[2] !== undefined && value !== `${match[1]}-${match[2]}`) {
    return new Mistake(`${quote(value)} is not a valid port range`, `write ${from}-${to}`);
  }
  return { from, to };
}

function notPorts(value: unknown, written: string, help: string): Mistake {
  if (typeof value === "number") return new Mistake(`${shown(written)} is not a valid port`, help);
  if (typeof value !== "string") {
    return new Mistake(`expected a port, but this is ${quote(value, written)}`, help);
  }
  const known = WELL_KNOWN.get(value.toLowerCase());
  if (known !== undefined) {
    return new Mistake(
      `a port must be a number, not ${quote(value)}`,
      `write ${known} for ${value.toLowerCase()}`,
    );
  }
  return new Mistake(`${quote(value)} is not a valid port`, help);
}
