import type { Finding } from "../finding.ts";
import type { ScalingFile } from "./schema.ts";

const POOL = { path: ["scaling", "warmPool"], at: "key" } as const;

/** What a warm pool excludes, and what it needs. */
export function* warmPoolRules(scaling: ScalingFile): Iterable<Finding> {
  const { warmPool, hooks } = scaling;
  if (warmPool === undefined) return;
  yield* excluded(scaling);
  if (hooks.launch === undefined) {
    yield {
      severity: "warning",
      ...POOL,
      about: [["scaling", "hooks"]],
      message:
        "without a launch hook, AWS puts a server into the warm pool as soon as it runs, often in the middle of its start",
      help: "add a program that ends when the server is ready: hooks: { launch: { run: /usr/local/bin/warm-up } }",
    };
  }
}

/** "This operation cannot be called on an Auto Scaling group that has a mixed instances policy" (`PutWarmPool`). */
function* excluded({ spot, instanceTypes = [] }: ScalingFile): Iterable<Finding> {
  const others = [
    ...(spot === undefined ? [] : [{ name: "spot", help: "remove one of the two" }]),
    ...(instanceTypes.length < 2
      ? []
      : [{ name: "instanceTypes", help: "write only one type, or remove warmPool" }]),
  ];
  for (const { name, help } of others) {
    yield {
      severity: "error",
      ...POOL,
      about: [["scaling", name]],
      message: `warmPool cannot be combined with ${name === "spot" ? "spot" : "several instanceTypes"}: AWS does not allow it`,
      help,
    };
  }
}
