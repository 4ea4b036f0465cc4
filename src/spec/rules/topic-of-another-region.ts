import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** Alarms and groups notify topics of their own region alone. */
export function* topicOfAnotherRegion({ region, notify }: StackFile): Iterable<Finding> {
  if (region === undefined || notify === undefined) return;
  for (const [index, { kind, value }] of notify.to.entries()) {
    const own = kind === "topic" ? value.split(":")[3] : undefined;
    if (own === undefined || own === region) continue;
    yield {
      severity: "error",
      path: ["notify", "to", index],
      message: `this topic is in ${own}, but the stack is in ${region}, and alarms and groups can notify only topics of their own region`,
      help: `use a topic in ${region}`,
    };
  }
}
