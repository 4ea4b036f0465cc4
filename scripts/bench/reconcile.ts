import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ran, run } from "./programs.ts";

export const root = join(import.meta.dirname, "..", "..");
const program = join(root, "dist", "reconcile.js");

/** The command line of this checkout's build. */
export function reconcile(line: string): readonly string[] {
  return [process.execPath, program, ...line.split(" ")];
}

/** Runs it in the folder against the folder's own sandbox. */
export function inSandbox(folder: string, line: string): Promise<Ran> {
  // At a lower speed than the usual 60, our own computing time counts less on the sandbox's clock, as on AWS.
  return run(reconcile(`${line} --sandbox`), { folder, env: { RECONCILE_SANDBOX_SPEED: "15" } });
}

/** Does the work in a folder of its own, which is deleted afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "reconcile-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Finished {
  readonly seconds: number;
  readonly apiCalls: number;
}

/** The last event of an apply with `--json`. */
export function finished(ran: Ran): Finished {
  return JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "") as Finished;
}

/** The number of calls that `--verbose` printed. */
export function callsOf(ran: Ran): number {
  return ran.stderr.trim().split("\n").length;
}

/** Writes the example's stack file and its application into the folder. */
export function copyExample(folder: string): void {
  for (const name of ["afterpay.yaml", "tiny_app.py"]) {
    writeFileSync(join(folder, name), readFileSync(join(root, "examples", name)));
  }
}

/** Writes a stack file with so many security groups in a ring: each lets in the next one, on five ports. */
export function writeManyGroups(folder: string, count: number): void {
  const groups = Array.from({ length: count }, (_, index) => {
    const rules = manyRules(index, count).map(
      (port) => `{ port: ${port}, from: g${(index + 1) % count} }`,
    );
    return `  g${index}: { ingress: [${rules.join(", ")}] }`;
  });
  const text = `version: 1
stack: many
image: { base: amazon-linux-2023 }
scaling: { min: 1 }
securityGroups:
${groups.join("\n")}
`;
  writeFileSync(join(folder, "many.yaml"), text);
}

/** The ports of one group's rules: five for two thirds of the groups, four for the others. */
export function manyRules(index: number, count: number): readonly number[] {
  return Array.from({ length: index < (count * 2) / 3 ? 5 : 4 }, (_, rule) => 1000 + rule);
}
