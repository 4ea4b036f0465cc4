import { createHash } from "node:crypto";
import { secretsFiles } from "../application-steps.ts";
import type { FamilyProfile } from "../families/family.ts";
import { hookFiles } from "../hooks.ts";
import type { ImageRecipe, RecipeFile } from "../recipe.ts";
import { declaredSecrets } from "../secrets.ts";
import { sourceFilesOf } from "../steps.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** The checks after the cleanup: the traces are removed, and the user's own files still exist. */
export function finalChecksOf(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  return [
    ...[
      ...sourceFilesOf(recipe, family),
      ...(recipe.application === undefined ? [] : secretsFiles(recipe.application)),
      ...hookFiles(recipe),
      ...recipe.files,
    ].map(fileCheck),
    plan(
      "clean:identity",
      "the image contains no machine id, SSH host key or random seed",
      "none_of",
      "identity_files",
    ),
    plan(
      "clean:provisioning",
      "the image contains no provisioning data of the builder",
      "none_of",
      "provisioning_files",
    ),
    plan(
      "clean:logs",
      "the image contains no logs, histories or temporary files",
      "none_of",
      "log_files",
    ),
    ...(recipe.ansible === undefined
      ? []
      : [
          plan(
            "clean:ansible",
            "the image contains nothing of the playbook's folder, of its collections and of Ansible",
            "none_of",
            "ansible_files",
          ),
        ]),
    secretsCheck(recipe),
  ];
}

/** A script contains only the function that it calls. */
function secretsCall(declared: readonly string[]): [string, ...string[]] {
  return declared.length > 0
    ? ["none_of", "other_secret_files", ...declared]
    : ["none_of", "secret_files"];
}

function secretsCheck({ files }: ImageRecipe): PlannedCheck {
  const declared = declaredSecrets(files);
  const exceptions = declared.length > 0 ? ` except ${declared.join(", ")} of the stack file` : "";
  return plan(
    "clean:secrets",
    `the image contains no private key, credentials or token${exceptions}`,
    ...secretsCall(declared),
  );
}

function fileCheck({ path, content, mode, owner = "root" }: RecipeFile): PlannedCheck {
  const sum = createHash("sha256").update(content).digest("hex");
  return plan(
    `file:${path}`,
    `${path} has the expected content, mode ${mode} and owner ${owner}`,
    "file_is",
    path,
    mode,
    owner,
    sum,
  );
}
