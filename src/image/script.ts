import { createHash } from "node:crypto";
import { quoteForBash } from "./bash.ts";
import type { Call } from "./call.ts";
import { forgottenEnvironmentChecks } from "./checks/application.ts";
import { howOf } from "./checks/explanations.ts";
import { finalChecksOf } from "./checks/files.ts";
import { checksOf, isRepeated, restartedChecksOf } from "./checks/index.ts";
import { amazonLinux2023 } from "./families/amazon-linux-2023.ts";
import { debian12 } from "./families/debian-12.ts";
import type { FamilyProfile } from "./families/family.ts";
import { ubuntu2404 } from "./families/ubuntu-24.04.ts";
import { neededFunctions } from "./needed-functions.ts";
import type { ApplicationSource, Family, ImageCheck, ImageRecipe } from "./recipe.ts";
import { accounts, platformUser } from "./runtime/accounts.ts";
import { ansible } from "./runtime/ansible.ts";
import { application } from "./runtime/application.ts";
import { applicationBuild } from "./runtime/application-build.ts";
import { hardening } from "./runtime/hardening.ts";
import { hooks } from "./runtime/hooks.ts";
import { integrity } from "./runtime/integrity.ts";
import { logins } from "./runtime/logins.ts";
import { packages } from "./runtime/packages.ts";
import { proxy } from "./runtime/proxy.ts";
import { sessionAgent } from "./runtime/session-agent.ts";
import { ssh } from "./runtime/ssh.ts";
import { start, supervision } from "./runtime/supervision.ts";
import { system } from "./runtime/system.ts";
import { traces } from "./runtime/traces.ts";
import { versions } from "./runtime/versions.ts";
import { stepsOf } from "./steps.ts";

const profiles: Readonly<Record<Family, FamilyProfile>> = {
  "amazon-linux-2023": amazonLinux2023,
  "debian-12": debian12,
  "ubuntu-24.04": ubuntu2404,
};

export interface BuildScript {
  readonly script: string;
  /** The build's identity: the SHA-256 of everything in the build, in hexadecimal digits. */
  readonly hash: string;
  /** Every promise that the build verifies, in execution order. One that is verified twice stands here once. */
  readonly checks: readonly ImageCheck[];
}

/**
 * Renders the script that builds the image, as specs/image.md describes it. Equal recipes give equal scripts.
 * @throws TypeError when a text of the recipe contains a NUL byte, or a name or path contains a line break.
 */
export function renderBuildScript(recipe: ImageRecipe): BuildScript {
  const family = profiles[recipe.family];
  const steps = [...stepsOf(recipe, family)];
  const early = checksOf(recipe, family);
  const restarted = restartedChecksOf(recipe);
  const forgotten = forgottenEnvironmentChecks(recipe);
  const final = [...forgotten, ...finalChecksOf(recipe, family)];
  const repeated = early.filter(isRepeated);
  // The check of its second run needs the playbook.
  const played: readonly Call[] = recipe.ansible === undefined ? [] : [["remove_ansible"]];
  const body = [
    ...steps,
    ...early.map((check) => checkCall(check, isRepeated(check) ? "check_twice" : "check")),
    ...played,
    ["restart_system"] as const,
    ...restarted.map((check) => checkCall(check)),
    ["repeat_checks"] as const,
    listPackages(recipe),
    ...(forgotten.length > 0 ? [["forget_build_environment"] as const] : []),
    ["remove_build_traces"] as const,
    ...final.map((check) => checkCall(check)),
  ];
  const facts = {
    // The restart, the list of packages, and what removes traces.
    steps: steps.length + played.length + 3 + (forgotten.length > 0 ? 1 : 0),
    checks: early.length + restarted.length + repeated.length + final.length,
  };
  const render = (hash: string) => renderText(recipe, family, body, facts, hash);
  // The script contains its own hash, so zeros take its place while the hash is computed.
  const hash = createHash("sha256")
    .update(render("0".repeat(64)))
    .digest("hex");
  const checks = [...early, ...restarted, ...final].map((check) => ({
    id: check.id,
    promise: check.promise,
    how: howOf(check, repeated.includes(check)),
  }));
  return { script: render(hash), hash, checks };
}

/**
 * Node's packages are part of an image only if a command or an archive brings them: neither the base images nor the
 * distribution's own packages have any outside of what the package manager lists.
 */
function listPackages({ ansible, application, files, run }: ImageRecipe): Call {
  const mayHaveNode =
    run.length > 0 ||
    ansible !== undefined ||
    (application?.build?.length ?? 0) > 0 ||
    mayBringPackages(application?.source) ||
    files.some(({ path }) => path.includes("/node_modules/"));
  return ["list_packages", ...(mayHaveNode ? ["node_packages"] : [])];
}

function mayBringPackages(source: ApplicationSource | undefined): boolean {
  switch (source?.kind) {
    case "url":
    case "stored":
      return true;
    case "files":
      return source.files.some(({ path }) => /(?:^|\/)node_modules\//.test(path));
    default:
      return false;
  }
}

function checkCall(
  { id, call }: ReturnType<typeof checksOf>[number],
  name: "check" | "check_twice" = "check",
): Call {
  return [name, id, ...call];
}

function renderText(
  recipe: ImageRecipe,
  family: FamilyProfile,
  body: readonly Call[],
  { steps, checks }: { readonly steps: number; readonly checks: number },
  hash: string,
): string {
  const release = recipe.release.replaceAll(/[^\w.+-]/g, "_") || "unknown";
  const timeout = Math.ceil(recipe.timeoutSeconds);
  // The release of a base image of the user's own is its id.
  const own = release.startsWith("ami-");
  const lines = [...body.map(renderCall), "# reconcile-end", "finish_build"];
  const runtime = [
    ...[supervision, system, family.runtime(release), hardening],
    platformUser(own, family.platformUser),
    accounts({ own, rules: family.passwordsCheck !== undefined }),
    ...[logins, ssh],
    ...[
      traces,
      packages,
      versions,
      proxy,
      application,
      applicationBuild,
      ansible,
      integrity,
      sessionAgent,
      hooks,
    ],
  ].join("\n\n");
  return [
    "#!/bin/bash",
    `# reconcile-build: format=2 family=${recipe.family} release=${release} steps=${steps} checks=${checks} timeout=${timeout} hash=${hash}`,
    `readonly HASH=${hash} STEPS=${steps} CHECKS=${checks} TIMEOUT=${timeout}`,
    `readonly START='${recipe.family} ${release} steps=${steps} checks=${checks}'`,
    "",
    compact(neededFunctions(runtime, [start, ...lines].join("\n"))),
    "",
    compact(start),
    "# reconcile-body",
    ...lines,
    "",
  ].join("\n");
}

/** Indented by one space for each level, and with whole commands on one line: the script's size is limited. */
function compact(runtime: string): string {
  return runtime
    .replaceAll(/ \\\n */g, " ")
    .replaceAll(/^(?: {2})+/gm, (spaces) => " ".repeat(spaces.length / 2));
}

function renderCall([name, ...parameters]: Call): string {
  return [name, ...parameters.map(quoteForBash)].join(" ");
}
