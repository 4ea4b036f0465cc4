import type { Finding } from "../finding.ts";
import { MOST_TAGS } from "../heading/schema.ts";
import type { StackFile } from "../stack-file.ts";

/** An image with a playbook has one more tag of the program's. */
const MOST_BESIDE_PLAYBOOK = MOST_TAGS - 1;

export function* tagsBesidePlaybook({ tags, image }: StackFile): Iterable<Finding> {
  const count = Object.keys(tags).length;
  // Of more, the tags' own rule says so.
  if (image.ansible === undefined || count !== MOST_TAGS) return;
  yield {
    severity: "error",
    path: ["tags"],
    at: "key",
    about: [["image", "ansible"]],
    message: `the stack has ${count} tags, but at most ${MOST_BESIDE_PLAYBOOK} are allowed beside image.ansible`,
    help: "remove 1 of them: AWS allows 50 tags per resource, and this program needs one more for the playbook",
  };
}
