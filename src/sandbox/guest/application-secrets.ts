import { applicationHome } from "./application-home.ts";
import type { Machine } from "./machine.ts";
import { environmentOf, settingsOf } from "./service-settings.ts";

/** What the program that reads the application's secrets says before it ends. Nothing if it can read all. */
export function unreadableSecrets(machine: Machine): readonly string[] {
  const program = `${applicationHome}/with-secrets`;
  if (!settingsOf(machine, "ExecStart").some((start) => start.startsWith(`${program} `))) return [];
  const given = environmentOf(machine);
  const lines = (machine.file(`${applicationHome}/secrets`)?.text ?? "").split("\n");
  const failed = lines.flatMap((line) => {
    const [, name = "", reference = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name === "" || given.has(name)) return [];
    const problem = machine.secretProblem(reference);
    return problem === undefined
      ? []
      : [`the secret ${name} cannot be read from ${reference}: ${problem}`];
  });
  return failed.length === 0
    ? []
    : [...failed, "the application does not start without its secrets"];
}
