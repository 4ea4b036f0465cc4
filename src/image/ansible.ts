import type { Family, ImagePlaybook } from "./recipe.ts";

/**
 * Where a build has everything of Ansible: its environment, its collections, the playbook's folder. Only root reads it,
 * and nothing of it is left in the image.
 */
export const ansibleFolder = "/var/lib/reconcile/ansible";

export const playbookFolder = `${ansibleFolder}/files`;
export const variablesPath = `${ansibleFolder}/variables.json`;

/**
 * The version of Python that ansible-core runs on ("ansible-core support matrix", Ansible documentation): 3.11 for 2.15
 * to 2.19, 3.12 or newer for 2.20. Undefined for the distribution's own, which is the only one of Debian and Ubuntu.
 */
export function controllerPython(family: Family, version: string): string | undefined {
  if (family !== "amazon-linux-2023") return undefined;
  return Number(version.split(".")[1]) < 20 ? "3.11" : "3.13";
}

/** The variables as `ansible-playbook --extra-vars @FILE` reads them, in the order of their names. */
export function variablesText({ variables }: ImagePlaybook): string {
  return `${JSON.stringify(variables)}\n`;
}
