import { looksSecret } from "../application/environment.ts";
import type { Finding } from "../finding.ts";
import type { AnsibleFile } from "./ansible.ts";
import type { BaseFamily } from "./schema.ts";

/**
 * The second number of the versions that run on each family ("ansible-core support matrix", Ansible documentation):
 * Debian 12 has Python 3.11 alone, and Ubuntu 24.04 has 3.12.
 */
const VERSIONS: Readonly<Record<BaseFamily, { readonly least: number; readonly most?: number }>> = {
  "amazon-linux-2023": { least: 15 },
  "debian-12": { least: 15, most: 19 },
  "ubuntu-24.04": { least: 16 },
};

/** The playbook's version and variables. The playbook itself is read later. */
export function* ansibleRules(
  ansible: AnsibleFile | undefined,
  family: BaseFamily,
): Iterable<Finding> {
  if (ansible === undefined) return;
  const { version, variables } = ansible;
  const { least, most } = VERSIONS[family];
  const minor = Number(version.split(".")[1]);
  if (minor < least || minor > (most ?? minor)) {
    const needed = most === undefined ? `2.${least} or newer` : `2.${least} to 2.${most}`;
    yield {
      severity: "error",
      path: ["image", "ansible", "version"],
      about: [["image", "base"]],
      message: `a build on ${family} runs ansible-core ${needed}, because of the Python that it has`,
      help: `use one of these versions; for example 2.18.1`,
    };
  }
  for (const [name, value] of Object.entries(variables)) {
    if (hasOtherNumber(value)) {
      yield {
        severity: "error",
        path: ["image", "ansible", "variables", name],
        message: "the value has a number that cannot be passed on exactly",
        help: "write the number as text, in quotes",
      };
    }
    const why = secretIn(name, value);
    if (why === undefined) continue;
    yield {
      severity: "warning",
      path: ["image", "ansible", "variables", name],
      message: `${why}, and many people can read it: plans and the builder's user data show it`,
      help: "an image holds no secrets. If the application needs it, use application.secrets, which the server reads when the application starts",
    };
  }
}

/** JSON has no infinite numbers, and a large whole number would be another one. */
function hasOtherNumber(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value) || Math.abs(value) > 2 ** 53;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasOtherNumber);
}

/** Why a variable, or one inside of it, looks like a secret. */
function secretIn(name: string, value: unknown): string | undefined {
  if (typeof value === "string") return looksSecret(name, value);
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const members = Object.keys(fields).map((key) =>
    secretIn(Array.isArray(value) ? name : key, fields[key]),
  );
  return members.find((why) => why !== undefined);
}
