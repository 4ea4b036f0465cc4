import type { PackageSource, RecipeFile } from "./recipe.ts";

/** The files that make a package source known to a package manager. */
export type SourceFiles = (source: PackageSource) => readonly RecipeFile[];

/** Signed-By: the key verifies this source, and no other one (sources.list(5)). */
export const aptSource: SourceFiles = ({ name, url, suites, components, key }) => {
  const keyFile = `/etc/apt/keyrings/${name}.asc`;
  return [
    file(keyFile, key),
    file(
      `/etc/apt/sources.list.d/${name}.sources`,
      lines([
        "Types: deb",
        `URIs: ${url}`,
        `Suites: ${suites.join(" ")}`,
        ...(components.length > 0 ? [`Components: ${components.join(" ")}`] : []),
        `Signed-By: ${keyFile}`,
      ]),
    ),
  ];
};

export const dnfSource: SourceFiles = ({ name, url, key }) => {
  const keyFile = `/etc/pki/rpm-gpg/RPM-GPG-KEY-${name}`;
  return [
    file(keyFile, key),
    file(
      `/etc/yum.repos.d/${name}.repo`,
      lines([
        `[${name}]`,
        ...[`name=${name}`, `baseurl=${url}`, "enabled=1", "gpgcheck=1"],
        `gpgkey=file://${keyFile}`,
      ]),
    ),
  ];
};

function file(path: string, content: string): RecipeFile {
  return { path, content: new TextEncoder().encode(content), mode: "0644" };
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
