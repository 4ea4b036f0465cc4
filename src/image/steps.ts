import { createHash } from "node:crypto";
import { controllerPython, playbookFolder, variablesPath, variablesText } from "./ansible.ts";
import { auditBootArguments, auditRules } from "./audit-rules.ts";
import { inSingleQuotes } from "./bash.ts";
import type { FamilyProfile } from "./families/family.ts";
import { kernelSettingsFor, strongBootArguments, unneededModules } from "./kernel-settings.ts";
import { keptVersionsPath } from "./python-versions.ts";
import type {
  ApplicationSource,
  DirectoryFile,
  ImageApplication,
  ImagePlaybook,
  ImageRecipe,
  PortRange,
  RecipeFile,
} from "./recipe.ts";
import { withSecrets } from "./runtime/with-secrets.ts";
import { textOf } from "./script-text.ts";
import {
  buildSettings,
  buildSettingsPath,
  builtEnvironment,
  hasSecrets,
  ownSettings,
  ownSettingsPath,
  secretsPath,
  sourceFolder,
  withSecretsPath,
  writableFolders,
} from "./service-settings.ts";
import { sshSettingsOf } from "./ssh-settings.ts";
import { contentsFolder } from "./stored-contents.ts";

/**
 * A call of one of the runtime's functions: its name and its arguments, as specs/image.md lists
 * them.
 */
export type Call = readonly [name: string, ...parameters: readonly string[]];

/**
 * The steps of the build in order: the base system, the additions, and last the user's own
 * commands.
 */
export function stepsOf(recipe: ImageRecipe, family: FamilyProfile): readonly Call[] {
  const { application, services, updates } = recipe;
  const packages = packagesOf(recipe, family);
  const versioned = versionedPackagesOf(recipe, family);
  const bootArguments = bootArgumentsOf(recipe, family);
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
    ...when(services.length > 0, ["enable_services", ...servicesOf(recipe, family)]),
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

/**
 * The playbook, on the system as the steps above leave it and before the application, which may need what it configures.
 * `remove_ansible` follows once its second run was checked.
 */
function playbookSteps(ansible: ImagePlaybook, { family }: ImageRecipe): readonly Call[] {
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

/** Its source, its packages, what its own commands make of them, and last its service. */
function applicationSteps(application: ImageApplication): readonly Call[] {
  const { user, port, command } = application;
  const writable = writableFolders(application);
  return [
    ...placeSource(application.source),
    ...pythonSteps(application),
    ...commandSteps(application),
    ...when(writable.length > 0, ["make_writable", user, ...writable]),
    ...secretsFiles(application).map(writeFile),
    ...settingsFile(ownSettingsPath, ownSettings(application)),
    ...settingsFile(buildSettingsPath, buildSettings(application)),
    ["install_application", user, String(port), ...linesOf(command)],
  ];
}

/** The distribution's Python is what the checks of every application use. */
function pythonPackages(version: string | undefined, family: FamilyProfile): readonly string[] {
  const own = version === undefined ? [] : (family.pythons[version] ?? []);
  return [...family.pythonPackages, ...own];
}

/** Whether it has a virtual environment. */
export function usesPython({
  python,
  pythonVersion,
  requirements,
}: Pick<ImageApplication, "python" | "pythonVersion" | "requirements">): boolean {
  return python.length > 0 || pythonVersion !== undefined || requirements !== undefined;
}

function pythonSteps(application: ImageApplication): readonly Call[] {
  const { python, keptVersions = [], pythonVersion = "3", requirements } = application;
  if (!usesPython(application)) return [];
  return [
    ...when(
      keptVersions.length > 0,
      writeFile({
        path: keptVersionsPath,
        content: Buffer.from(keptVersions.map((each) => `${each}\n`).join("")),
        mode: "0644",
      }),
    ),
    python.length > 0
      ? ["install_python_packages", ...python]
      : [
          "install_requirements",
          pythonVersion,
          ...(requirements === undefined ? [] : [requirements]),
        ],
  ];
}

/** The application's own commands, between the steps that give its user the folder and take it again. */
function commandSteps({ build = [], user, ...application }: ImageApplication): readonly Call[] {
  if (build.length === 0) return [];
  const exports = Object.entries(builtEnvironment({ build, user, ...application })).map(
    ([name, value]) => `export ${name}=${inSingleQuotes(value)}`,
  );
  return [
    ["open_source", user, ...linesOf([...exports, ""].join("\n"))],
    ...build.map((command): Call => ["run_build", ...linesOf(command)]),
    ["close_source"],
  ];
}

/** What reads the application's secrets at its start. None without secrets. */
export function secretsFiles(application: ImageApplication): readonly RecipeFile[] {
  if (!hasSecrets(application)) return [];
  const list = Object.entries(application.secrets ?? {}).map((entry) => `${entry.join("=")}\n`);
  return [
    { path: withSecretsPath, mode: "0755", content: Buffer.from(withSecrets) },
    { path: secretsPath, mode: "0644", content: Buffer.from(list.join("")) },
  ];
}

function settingsFile(path: string, content: string | undefined): readonly Call[] {
  if (content === undefined) return [];
  return [writeFile({ path, content: Buffer.from(content), mode: "0644" })];
}

/** Splits a text into lines, so that each call stays on one line. The runtime joins them again. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n");
}

function writeFile({ path, content, mode, owner = "root" }: RecipeFile): Call {
  const text = textOf(content);
  return text === undefined
    ? ["write_binary_file", path, mode, owner, Buffer.from(content).toString("base64")]
    : ["write_text_file", path, mode, owner, ...linesOf(text)];
}

function placeSource(source: ApplicationSource): readonly Call[] {
  switch (source.kind) {
    case "content":
      return placeContent(source);
    case "files":
      return filesIn(sourceFolder, source.files);
    case "stored": {
      const { filename, sha256 } = source;
      return [
        ["fetch_application", safeName(filename), `file://${contentsFolder}/${sha256}`, sha256],
      ];
    }
    case "url": {
      const filename = decodeURIComponent(new URL(source.url).pathname.split("/").at(-1) ?? "");
      return [["fetch_application", safeName(filename), source.url, source.sha256]];
    }
  }
}

function filesIn(folder: string, files: readonly DirectoryFile[]): readonly Call[] {
  return files.map(({ path, content, mode }) =>
    writeFile({ path: `${folder}/${path}`, content, mode }),
  );
}

function placeContent({
  filename,
  content,
}: Extract<ApplicationSource, { kind: "content" }>): readonly Call[] {
  if (!isArchive(filename)) {
    const mode = isProgram(content) ? "0755" : "0644";
    return [writeFile({ path: `${sourceFolder}/${filename}`, content, mode })];
  }
  const path = `/run/${safeName(filename)}`;
  const sha256 = createHash("sha256").update(content).digest("hex");
  return [
    writeFile({ path, content, mode: "0600" }),
    ["fetch_application", safeName(filename), `file://${path}`, sha256],
  ];
}

/** What `fetch_application` unpacks: the archives of Python's shutil, by their names. */
function isArchive(filename: string): boolean {
  return /\.(tar(\.(gz|bz2|xz))?|tgz|tbz2|txz|zip)$/.test(filename);
}

/** A binary (ELF), or a script that names what runs it. */
function isProgram(content: Uint8Array): boolean {
  return /^(\x7fELF|#!)/.test(Buffer.from(content.subarray(0, 4)).toString("latin1"));
}

/** A file name that cannot leave its folder, whatever the URL ends with. */
function safeName(filename: string): string {
  const name = filename.replaceAll(/[^\w.+-]/g, "_");
  return /^\.*$/.test(name) ? "application" : name;
}

function when(condition: boolean, call: Call): readonly Call[] {
  return condition ? [call] : [];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
