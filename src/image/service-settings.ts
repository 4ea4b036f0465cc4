import type { ImageApplication } from "./recipe.ts";

/** The folder of the application in the image. */
export const applicationFolder = "/opt/application";

/** The folder of the application's sources, and the working directory of its service. */
export const sourceFolder = `${applicationFolder}/source`;

/** The application's HOME, which is its service's StateDirectory. */
export const applicationHome = "/var/lib/application";

/** What the application starts through if it has secrets (`runtime/with-secrets.ts`), and the list that it reads. */
export const withSecretsPath = `${applicationFolder}/with-secrets`;
export const secretsPath = `${applicationFolder}/secrets`;

const dropIns = "/etc/systemd/system/application.service.d";

/** What of the stack file is in the service's settings, beside its unit. Other drop-ins may follow. */
export const ownSettingsPath = `${dropIns}/10-reconcile.conf`;

/** What counts until the image is verified, so after all others. The build removes it. */
export const buildSettingsPath = `${dropIns}/zz-reconcile-build.conf`;

/** The settings of the service that are the stack file's. Undefined if there are none. */
export function ownSettings(application: ImageApplication): string | undefined {
  return settings([
    ...variables(application.environment),
    ...(hasSecrets(application)
      ? // The empty one replaces the unit's.
        ["ExecStart=", `ExecStart=${withSecretsPath} ${applicationFolder}/start`]
      : []),
    ...writableFolders(application).map((folder) => `ReadWritePaths=${quoteForUnit(folder)}`),
  ]);
}

/** Those that count only during the build. Undefined if there are none. */
export function buildSettings({ duringBuild }: ImageApplication): string | undefined {
  return settings(variables(duringBuild?.environment));
}

export function hasSecrets({ secrets = {} }: ImageApplication): boolean {
  return Object.keys(secrets).length > 0;
}

/** The folders that the application may write, besides its HOME. */
export function writableFolders({ writable = [] }: ImageApplication): readonly string[] {
  return writable.map((path) => `${sourceFolder}/${path}`);
}

/** What the application's processes get while the image is built. */
export function builtEnvironment({
  environment,
  duringBuild,
}: ImageApplication): Readonly<Record<string, string>> {
  return { ...environment, ...duringBuild?.environment };
}

function settings(lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : ["[Service]", ...lines, ""].join("\n");
}

function variables(environment: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(environment).map(
    ([name, value]) => `Environment=${quoteForUnit(`${name}=${value}`)}`,
  );
}

/**
 * One word of a unit file that systemd reads as exactly this text (systemd.syntax(7), "Quoting"): with its escape
 * sequences, and a percent sign doubled, because it begins a specifier. A dollar sign has no meaning here.
 */
export function quoteForUnit(text: string): string {
  const escaped = text
    .replaceAll(/["\\]/g, "\\$&")
    .replaceAll("%", "%%")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}
