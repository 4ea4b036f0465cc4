import type { Path } from "../spec/finding.ts";

export const ansiblePath: Path = ["image", "ansible"];
export const playbookPath: Path = [...ansiblePath, "playbook"];
