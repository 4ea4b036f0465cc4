import { controllerPython, playbookFolder, variablesPath, variablesText } from "./ansible.ts";
import { type Call, filesIn, writeFile } from "./call.ts";
import type { ImagePlaybook, ImageRecipe } from "./recipe.ts";

/**
 * The playbook, on the system as the steps above leave it and before the application, which may need what it configures.
 * `remove_ansible` follows once its second run was checked.
 */
export function playbookSteps(
  ansible: ImagePlaybook,
  { family }: Pick<ImageRecipe, "family">,
): readonly Call[] {
  const { source, playbook, version, collections } = ansible;
  const python = controllerPython(family, version) ?? "3";
  const variables = { path: variablesPath, content: Buffer.from(variablesText(ansible)) };
  return [
    ...(source.kind === "stored"
      ? [["unpack_playbook", source.sha256] as const]
      : filesIn(playbookFolder, source.files)),
    writeFile({ ...variables, mode: "0600" }),
    ["install_ansible", python, version, ...collections.map((each) => each.replace("==", ":=="))],
    ["run_playbook", playbook],
  ];
}
