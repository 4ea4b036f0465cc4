import type { Finding } from "../finding.ts";
import { type HeadingFile, MOST_TAGS } from "./schema.ts";

/** AWS limits how many tags a resource can have. */
export function* headingRules({ tags }: HeadingFile): Iterable<Finding> {
  const count = Object.keys(tags).length;
  if (count <= MOST_TAGS) return;
  yield {
    severity: "error",
    path: ["tags"],
    at: "key",
    message: `the stack has ${count} tags, but at most ${MOST_TAGS} are allowed`,
    help: `remove ${count - MOST_TAGS} of them: AWS allows 50 tags per resource, and this program reserves ${50 - MOST_TAGS} of them`,
  };
}
