import type { Finding } from "../finding.ts";
import type { ScalingFile } from "./schema.ts";

/** A number of servers that follows the load. */
export function* targetRules(scaling: ScalingFile): Iterable<Finding> {
  yield* desiredBeside(scaling);
  const { target, scaleIn } = scaling;
  if (target === undefined) {
    if (scaleIn === undefined) return;
    yield {
      severity: "error",
      path: ["scaling", "scaleIn"],
      at: "key",
      about: [["scaling", "target"]],
      message: "scaleIn says what a target may do, but the section has no target",
      help: "add a target (target: { cpu: 50 }), or remove scaleIn",
    };
    return;
  }
  if (target.cpu === undefined && target.requests === undefined) {
    yield {
      severity: "error",
      path: ["scaling", "target"],
      message: "the target names no load",
      help: "write cpu, requests or both: target: { cpu: 50 }",
    };
  }
  yield* roomAbove(scaling);
}

function* desiredBeside({ desired, target, schedule }: ScalingFile): Iterable<Finding> {
  if (desired === undefined) return;
  const others = [
    ...(target === undefined ? [] : ["target"]),
    ...(Object.keys(schedule).length === 0 ? [] : ["schedule"]),
  ];
  if (others.length === 0) return;
  const names = others.join(" and ");
  yield {
    severity: "error",
    path: ["scaling", "desired"],
    at: "key",
    about: others.map((name) => ["scaling", name]),
    message: `desired cannot be combined with ${names}: AWS decides the number of servers then`,
    help: `remove desired; or remove ${names} to have a fixed number`,
  };
}

/** Without room above `min`, a target changes nothing. */
function* roomAbove({ min, max }: ScalingFile): Iterable<Finding> {
  if (max === undefined) {
    yield {
      severity: "error",
      path: ["scaling", "target"],
      at: "key",
      about: [["scaling", "max"]],
      message: "a target needs a max: AWS adds servers up to it",
      help: `write max, at least ${min + 1}: max: ${Math.max(2 * min, min + 1)}`,
    };
    return;
  }
  // That max is less than min is an error itself.
  if (max !== min) return;
  yield {
    severity: "error",
    path: ["scaling", "max"],
    about: [
      ["scaling", "min"],
      ["scaling", "target"],
    ],
    message: `max (${max}) is no more than min (${min}), so the target cannot add servers`,
    help: `set max to at least ${min + 1}, or remove the target`,
  };
}
