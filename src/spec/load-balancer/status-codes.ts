import { quote } from "../finding.ts";
import { Mistake, scalar } from "../shared/scalar.ts";

/** `Matcher` of an application load balancer's target group. */
const LEAST = 200;
const MOST = 499;

const FORMS = 'for example 200, "200,202" or 200-299';

/** `200`, `200,202`, `200-299` and combinations of them. The parsed value has the form of the API's `Matcher`. */
export function statusCodes() {
  return scalar(
    {
      anyOf: [
        { type: "integer", minimum: LEAST, maximum: MOST },
        {
          type: "string",
          pattern: "^[2-4][0-9]{2}(-[2-4][0-9]{2})?(,[2-4][0-9]{2}(-[2-4][0-9]{2})?)*$",
        },
      ],
      examples: ["200-299"],
    },
    parseStatusCodes,
  );
}

function parseStatusCodes(value: unknown, written: string): string | Mistake {
  if (typeof value !== "number" && typeof value !== "string") {
    return new Mistake(`expected status codes, but this is ${quote(value, written)}`, FORMS);
  }
  const parts = String(value).split(",");
  const meant: string[] = [];
  for (const part of parts) {
    const normal = parsePart(part.trim());
    if (normal instanceof Mistake) return normal;
    if (normal === undefined) {
      return new Mistake(`${quote(value, written)} is not a valid list of status codes`, FORMS);
    }
    meant.push(normal);
  }
  const joined = meant.join(",");
  if (joined === String(value)) return joined;
  return new Mistake(
    `${quote(value, written)} is not a valid list of status codes`,
    `write ${meant.length > 1 ? JSON.stringify(joined) : joined}`,
  );
}

/** A code or a range of codes, as it should be written; undefined if it is neither. */
function parsePart(part: string): string | Mistake | undefined {
  const [, hundred] = /^([2-4])xx$/i.exec(part) ?? [];
  if (hundred !== undefined) return `${hundred}00-${hundred}99`;
  const [, first, last] = /^(\d{3})(?: ?- ?(\d{3}))?$/.exec(part) ?? [];
  if (first === undefined) return undefined;
  const outside = [first, last ?? first].find(
    (code) => Number(code) < LEAST || Number(code) > MOST,
  );
  if (outside !== undefined) {
    return new Mistake(
      `a health check cannot expect the status ${outside}`,
      `use status codes from ${LEAST} to ${MOST}: ${FORMS}`,
    );
  }
  if (last === undefined) return first;
  return Number(first) > Number(last)
    ? new Mistake(`the range "${part}" runs backwards`, `write ${last}-${first}`)
    : `${first}-${last}`;
}
