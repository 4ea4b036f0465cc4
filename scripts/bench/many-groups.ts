import { callsOf, finished, inFolder, inSandbox, writeManyGroups } from "./reconcile.ts";
import { median, milliseconds, type Rows } from "./report.ts";

const count = 300;

/** Creates and plans many security groups in the sandbox. */
export function manyGroups(): Promise<Rows> {
  return inFolder(async (folder) => {
    writeManyGroups(folder, count);
    const made = await inSandbox(folder, "apply many.yaml --yes --json --verbose");
    const { seconds, apiCalls } = finished(made);
    const groups = made.stderr.match(/ec2:\w*SecurityGroup\w*/g)?.length ?? 0;
    const times: number[] = [];
    let calls = 0;
    for (let round = 0; round < 3; round += 1) {
      const plan = await inSandbox(folder, "plan many.yaml --check --verbose");
      times.push(plan.milliseconds);
      calls = callsOf(plan);
    }
    return [
      ["apply, all created", `${seconds.toFixed(0)} s of AWS time, ${apiCalls} calls`],
      ["calls for each security group", `${(groups / count).toFixed(2)} (target: at most 3)`],
      ["no-op plan", `${calls} calls`],
      ["no-op plan, new process", milliseconds(median(times))],
    ];
  });
}
