import { digestOf, shortDigest } from "./contents.ts";
import { readPurl } from "./packages.ts";
import type { ApplicationSource, ImageRecipe } from "./recipe.ts";

/**
 * What pip installs depends on the day, because requirements allow many versions. So a build keeps the versions of the
 * image in use, as pip's constraints, as long as the stack file asks for the same. They are no part of what defines an
 * image: the images before and after would differ although nobody changed anything.
 */

/** Where a build has them. The restart removes the file. */
export const keptVersionsPath = "/run/kept-versions";

/** Names and versions of PyPI, without what has a meaning of its own in a file of constraints. */
const name = /^[a-z0-9][\w.-]*$/i;
const version = /^\d[\w.!+-]*$/;

/**
 * The Python packages among the package URLs of an image, as pip's constraints: `flask==3.1.2`. A name with
 * several versions is not among them, because nothing says which one is the application's.
 */
export function pythonVersions(purls: readonly string[]): readonly string[] {
  const versions = new Map<string, Set<string>>();
  for (const { kind, ...found } of purls.flatMap((purl) => readPurl(purl) ?? [])) {
    // pip installs every other one.
    if (
      kind !== "pypi" ||
      found.name === "pip" ||
      !name.test(found.name) ||
      !version.test(found.version)
    )
      continue;
    versions.set(found.name, (versions.get(found.name) ?? new Set()).add(found.version));
  }
  return [...versions]
    .filter(([, { size }]) => size === 1)
    .map(([each, [only]]) => `${each}==${only}`)
    .toSorted();
}

/**
 * Stands for everything that a person can change to get other versions: the requirements, in any order, and the
 * distribution, which decides the version of Python unless the stack file does. Of a file of requirements whose text is
 * not known before the build, the whole source counts. Undefined without requirements.
 */
export function requirementsDigest({ application, family }: ImageRecipe): string | undefined {
  const { python = [], requirements } = application ?? {};
  if (application === undefined || (python.length === 0 && requirements === undefined)) {
    return undefined;
  }
  const { pythonVersion, requirementsDigest: known, source } = application;
  const file =
    requirements === undefined ? [] : [`-r ${requirements}`, known ?? digestOf(identityOf(source))];
  const words = [family, pythonVersion ?? [], [...new Set(python.toSorted())], file].flat();
  return shortDigest(Buffer.from(words.join("\n")));
}

function identityOf(source: ApplicationSource): string {
  return source.kind === "content" ? shortDigest(source.content) : source.sha256;
}

/** The same image, with these versions of Python packages. */
export function keepVersions(recipe: ImageRecipe, keptVersions: readonly string[]): ImageRecipe {
  const { application } = recipe;
  if (application === undefined || keptVersions.length === 0) return recipe;
  return { ...recipe, application: { ...application, keptVersions } };
}
