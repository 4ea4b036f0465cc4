import { createHash } from "node:crypto";
import { inSingleQuotes } from "./bash.ts";
import { type Call, filesIn, linesOf, when, writeFile } from "./call.ts";
import { keptVersionsPath } from "./python-versions.ts";
import type { ApplicationSource, ImageApplication, RecipeFile } from "./recipe.ts";
import { withSecrets } from "./runtime/with-secrets.ts";
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
import { contentsFolder } from "./stored-contents.ts";

/** Its source, its packages, what its own commands make of them, and last its service. */
export function applicationSteps(application: ImageApplication): readonly Call[] {
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
