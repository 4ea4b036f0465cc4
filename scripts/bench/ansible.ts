import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { type Entry, groupCount } from "./contestant.ts";
import { findProgram, run } from "./programs.ts";

/**
 * Ansible with the collection amazon.aws. `RECONCILE_BENCH_ANSIBLE` is the path of ansible-playbook; omitted,
 * it is looked up in PATH. With `--check`, its modules report an imported key and an Auto Scaling group as
 * changed, although nothing is; no option avoids that.
 */
export const ansible: Entry = async ({ folder, situation, env }) => {
  const program = findProgram([process.env["RECONCILE_BENCH_ANSIBLE"] ?? "ansible-playbook"]);
  if (program === undefined) return { missing: "Ansible: ansible-playbook is not in PATH" };
  const playbook = `${situation}.yaml`;
  copyFileSync(join(import.meta.dirname, "ansible", playbook), join(folder, playbook));
  const all = {
    ...env,
    ANSIBLE_LOCALHOST_WARNING: "False",
    ANSIBLE_NOCOLOR: "1",
    LC_ALL: "C.UTF-8",
  };
  const play = (...further: readonly string[]) =>
    run([program, playbook, "--extra-vars", `group_count=${groupCount}`, ...further], {
      folder,
      env: all,
    });
  const { stdout } = await run([program, "--version"], { folder, env: all });
  return {
    name: `Ansible ${/core ([\d.]+)/.exec(stdout)?.[1]}`,
    async create() {
      await play();
    },
    plan: () => play("--check"),
  };
};
