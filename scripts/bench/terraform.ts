import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { type Entry, groupCount } from "./contestant.ts";
import { findProgram, run } from "./programs.ts";

/**
 * OpenTofu or Terraform, with the AWS provider. `RECONCILE_BENCH_TERRAFORM` is the program's path,
 * `RECONCILE_BENCH_TERRAFORM_PLUGINS` a folder that has the provider. Without such a folder, the program
 * downloads the provider.
 */
export const terraform: Entry = async ({ folder, situation, env }) => {
  const path = process.env["RECONCILE_BENCH_TERRAFORM"];
  const program = findProgram(path === undefined ? ["tofu", "terraform"] : [path]);
  if (program === undefined) {
    return { missing: "OpenTofu or Terraform: neither tofu nor terraform is in PATH" };
  }
  copyFileSync(
    join(import.meta.dirname, "terraform", `${situation}.tf`),
    join(folder, `${situation}.tf`),
  );
  const plugins = process.env["RECONCILE_BENCH_TERRAFORM_PLUGINS"];
  const all = {
    ...env,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_VAR_groups: `${groupCount}`,
  };
  const start = (...line: readonly string[]) => run([program, ...line], { folder, env: all });
  try {
    await start(
      "init",
      "-input=false",
      "-no-color",
      ...(plugins ? [`-plugin-dir=${plugins}`] : []),
    );
  } catch (error) {
    return { missing: `the AWS provider of ${program}: ${firstError(error)}` };
  }
  const { stdout } = await start("version");
  return {
    name: `${/^.*$/m.exec(stdout)?.[0]}, AWS provider ${/provider \S*aws (\S+)/.exec(stdout)?.[1]}`,
    async create() {
      await start("apply", "-auto-approve", "-input=false", "-no-color");
    },
    // With differences, the exit code is 2.
    plan: () => start("plan", "-detailed-exitcode", "-input=false", "-no-color"),
  };
};

function firstError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /Error: .*/.exec(text)?.[0] ?? text;
}
