import { controllerPython } from "./ansible.ts";
import { applicationSteps } from "./application-steps.ts";
import { auditBootArguments, auditRules } from "./audit-rules.ts";
import { type Call, linesOf, when, writeFile } from "./call.ts";
import type { FamilyProfile } from "./families/family.ts";
import { hookFiles, hooksUnit } from "./hooks.ts";
import { kernelSettingsFor, strongBootArguments, unneededModules } from "./kernel-settings.ts";
import { playbookSteps } from "./playbook-steps.ts";
import type { ImageRecipe, PortRange, RecipeFile } from "./recipe.ts";
import { agentKeyFile, agentPackageUrl } from "./session-agent.ts";
import { sshSettingsOf } from "./ssh-settings.ts";

/**
 * The steps of the build in order: the base system, the additions, and last the user's own
 * commands.
 */
export function stepsOf(recipe: ImageRecipe, family: FamilyProfile): readonly Call[] {
  const { application, services, updates } = recipe;
  const packages = packagesOf(recipe, family);
  const versioned = versionedPackagesOf(recipe, family);
  const bootArguments = bootArgumentsOf(recipe, family);
  const ofHooks = hookFiles(recipe);
  return [
    ["disable_automatic_updates", ...family.automaticUpdates],
    ...family.ownSteps.map((name): Call => [name]),
    ...(recipe.proxy === undefined ? [] : [["use_proxy", recipe.proxy] as const]),
    ...sourceFilesOf(recipe, family).map(writeFile),
    ["refresh_package_lists"],
    ...when(versioned.length > 0, [
      "find_versions",
      ...versioned.map(({ name, version }) => `${name}=${version}`),
    ]),
    ...when(updates !== "none", [
      "update_packages",
      updates,
      ...versioned.map(({ name, version }) => family.keptVersion(name, version)),
    ]),
    ...when(packages.length > 0, ["install_packages", ...packages]),
    ...(recipe.vendorAgent === true
      ? [writeFile(agentKeyFile), ["install_session_agent", agentPackageUrl] as const]
      : []),
    ["lock_passwords"],
    ["set_kernel_settings", ...kernelSettingsFor(recipe)],
    ...when(recipe.ipv6 === "disabled", ["disable_ipv6"]),
    ...when(bootArguments.length > 0, ["set_boot_arguments", ...bootArguments]),
    ["limit_open_files", String(recipe.openFiles)],
    ["disable_core_dumps"],
    ["harden_ssh", ...sshSettingsOf(recipe)],
    ...(recipe.hardening === "strong"
      ? [["harden_logins"] as const, ["harden_system", ...unneededModules] as const]
      : []),
    // In place of the distribution's file, in which Amazon Linux may turn auditing off ("-a task,never").
    ...when(recipe.audit, [
      "write_text_file",
      "/etc/audit/rules.d/audit.rules",
      "0600",
      "root",
      ...auditRules,
      "",
    ]),
    ["close_ports"],
    ...when(!listensForSsh(recipe), ["disable_ssh_server"]),
    ...preferAmazonTime(recipe, family),
    ...(application ? [["create_user", application.user] as const] : []),
    ...recipe.files.map(writeFile),
    ...(recipe.ansible ? playbookSteps(recipe.ansible, recipe) : []),
    ...(application ? applicationSteps(application) : []),
    ...ofHooks.map(writeFile),
    ...when(services.length + ofHooks.length > 0, [
      "enable_services",
      ...servicesOf(recipe, family),
      ...(ofHooks.length > 0 ? [hooksUnit] : []),
    ]),
    ...recipe.run.map((command): Call => ["run_command", ...linesOf(command)]),
  ];
}

/** The files of the stack file's own package sources. */
export function sourceFilesOf(
  { sources = [] }: ImageRecipe,
  family: FamilyProfile,
): readonly RecipeFile[] {
  return sources.flatMap(family.sourceFiles);
}

/**
 * The packages under the distribution's names, with those that the application, the checks and the
 * hardening need, without duplicates.
 */
export function packagesOf(recipe: ImageRecipe, family: FamilyProfile): readonly string[] {
  const versioned = versionedPackagesOf(recipe, family);
  // A package may be asked for twice: sudo by the hardening, and in one version by the stack file.
  const versions = new Map(
    versioned.map(({ name, version }) => [name, family.versionedPackage(name, version)]),
  );
  return unique([
    ...recipe.packages.map((written) => askedPackage(written, family).name),
    ...(recipe.application ? pythonPackages(recipe.application.pythonVersion, family) : []),
    ...(recipe.ansible
      ? pythonPackages(controllerPython(recipe.family, recipe.ansible.version), family)
      : []),
    ...family.checkPackages,
    ...(recipe.hardening === "strong" ? family.hardeningPackages : []),
    ...(recipe.audit ? [family.auditPackage] : []),
  ]).map((name) => versions.get(name) ?? name);
}

/** The distribution's Python is what the checks of every application use. */
function pythonPackages(version: string | undefined, family: FamilyProfile): readonly string[] {
  const own = version === undefined ? [] : (family.pythons[version] ?? []);
  return [...family.pythonPackages, ...own];
}

/** A package as the stack file asks for it, under the distribution's name. */
export interface AskedPackage {
  readonly name: string;
  /** Absent: the newest version. */
  readonly version?: string;
}

/** `chrony`, `chrony=4.3-2+deb12u1` */
export function askedPackage(written: string, { packageNames }: FamilyProfile): AskedPackage {
  const [name = "", version] = written.split(/=(.*)/s);
  return {
    name: ownName(packageNames, name),
    ...(version !== undefined && { version }),
  };
}

/** The packages that the stack file asks for in one version. */
export function versionedPackagesOf(
  { packages }: ImageRecipe,
  family: FamilyProfile,
): readonly Required<AskedPackage>[] {
  return packages
    .map((written) => askedPackage(written, family))
    .filter((asked): asked is Required<AskedPackage> => asked.version !== undefined);
}

/** The services under the distribution's names, without duplicates. */
export function servicesOf(recipe: ImageRecipe, family: FamilyProfile): readonly string[] {
  return unique(recipe.services.map((name) => ownName(family.serviceNames, name)));
}

/** The distribution's own name for a common name. */
function ownName(names: Readonly<Record<string, string>>, name: string): string {
  // Own properties only: a package may be called "constructor".
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

/** What strong hardening and auditing add to the kernel's command line. */
export function bootArgumentsOf(
  { audit, hardening }: ImageRecipe,
  family: FamilyProfile,
): readonly string[] {
  return [
    ...(hardening === "strong" ? [...family.bootArguments, ...strongBootArguments] : []),
    ...(audit ? auditBootArguments : []),
  ];
}

/** `80`, `8000-8010`, `udp:53`. Ranges, because a list of all ports would not fit into user data. */
export function portsWord({ protocol, from, to }: PortRange): string {
  const ports = from === to ? `${from}` : `${from}-${to}`;
  return protocol === "tcp" ? ports : `${protocol}:${ports}`;
}

function listensForSsh({ listeningPorts }: ImageRecipe): boolean {
  return listeningPorts.some(
    ({ protocol, from, to }) => protocol === "tcp" && from <= 22 && to >= 22,
  );
}

/** Whether chrony is one of the services. */
export function keepsTime(services: readonly string[]): boolean {
  return services.some((name) => /^chronyd?$/.test(name));
}

/**
 * Amazon's own time service needs no access to the internet (EC2 User Guide, "Set the time reference on your EC2
 * instance to use the local Amazon Time Sync Service"). Before the files of the stack file, which may contain
 * another setting.
 */
function preferAmazonTime(recipe: ImageRecipe, family: FamilyProfile): readonly Call[] {
  const { timeSources } = family;
  if (timeSources === undefined || !keepsTime(servicesOf(recipe, family))) return [];
  const lines = linesOf("server 169.254.169.123 prefer iburst minpoll 4 maxpoll 4\n");
  return [["write_text_file", timeSources, "0644", "root", ...lines]];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
