import { NOT_STORED, type Worded } from "../../engine/worded.ts";
import {
  ANY_DIRECTORY,
  digestOf,
  fromWord,
  hasDigest,
  type ImageContents,
  valueDigest,
  withoutSignature,
} from "../../image/contents.ts";
import type { SourceEntry } from "../../image/recipe.ts";
import { directorySize, SOME_DIRECTORY } from "./directory-words.ts";
import { untold } from "./inputs.ts";

/**
 * Returns the contents of a live image, as far as the text in its tag says. `NOT_STORED` stands in place of the
 * rest. If a digest matches the desired content, that content is known.
 *
 * @param isRecorded whether the image's tags record the files of the application's directory, or of the playbook's.
 */
export function storedContent(
  name: keyof ImageContents,
  text: string,
  wanted: ImageContents | undefined,
  isRecorded = false,
): unknown {
  if (text === untold || text.startsWith("sha256:")) return NOT_STORED;
  switch (name) {
    case "packages":
    case "services":
      return text === "" ? [] : text.split(" ");
    case "sources":
    case "allow":
      return text === "" ? [] : text.split("\n");
    case "run":
    case "verify":
      return text === "" ? [] : members(text.split("\n"), wanted?.[name] ?? []);
    case "ansible":
      return storedAnsible(text, wanted?.ansible ?? null, isRecorded);
    case "environment":
      return storedValues(text, wanted?.environment ?? {});
    case "files":
      return storedFiles(text, wanted?.files ?? {});
    case "application":
      return storedApplication(text, wanted?.application ?? null, isRecorded);
  }
}

/** A command may have several lines. The desired commands show which lines belong together. */
function members(lines: readonly string[], wanted: readonly string[]): readonly string[] {
  const several = wanted.map((member) => member.split("\n")).filter(({ length }) => length > 1);
  const found: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const own = several.find((member) => member.every((line, index) => line === lines[at + index]));
    const { length } = own ?? { length: 1 };
    found.push(lines.slice(at, at + length).join("\n"));
    at += length;
  }
  return found;
}

function storedFiles(text: string, wanted: ImageContents["files"]): unknown {
  if (text === "") return {};
  const files = text.split("\n").map((line) => {
    const [, path, mode, digest] = /^(\/.*) (\d{4}) (sha256:[0-9a-f]{12})$/.exec(line) ?? [];
    if (path === undefined || digest === undefined) return undefined;
    return [path, { mode, content: knownContent(wanted[path]?.content, digest) }] as const;
  });
  const told = files.filter((file) => file !== undefined);
  return told.length === files.length ? Object.fromEntries(told) : NOT_STORED;
}

/** Only digests of such values are stored: `LOG_LEVEL=0123456789ab`. */
function storedValues(
  text: string,
  wanted: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const words = text === "" ? [] : text.split(" ");
  return Object.fromEntries(
    words.map((word) => {
      const [name = "", digest] = word.split("=");
      const value = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
      const isSame = value !== undefined && valueDigest(value) === digest;
      return [name, isSame ? value : NOT_STORED];
    }),
  );
}

function storedAnsible(
  text: string,
  wanted: ImageContents["ansible"],
  isRecorded: boolean,
): unknown {
  if (text === "") return null;
  const [, playbook, digest, version, collections = "", variables = ""] =
    /^(\S+) (sha256:[0-9a-f]{12}); version ([^;]+)(?:; collections ([^;]+))?(?:; variables ([^;]+))?$/.exec(
      text,
    ) ?? [];
  if (playbook === undefined || digest === undefined) return NOT_STORED;
  return {
    playbook: fromWord(playbook),
    version,
    collections: collections === "" ? [] : collections.split(" "),
    variables: storedValues(variables, wanted?.variables ?? {}),
    directory:
      wanted === null
        ? SOME_DIRECTORY
        : storedFilesOf(wanted.directory, knownSum(wanted.sha256, digest) !== digest, isRecorded),
  };
}

/** The files of a directory, if it is the desired one. */
function storedFilesOf(
  wanted: readonly SourceEntry[],
  isSame: boolean,
  isRecorded: boolean,
): Worded | undefined {
  if (isSame) return directorySize(wanted);
  return isRecorded ? undefined : NOT_STORED;
}

type Application = ImageContents["application"];

function storedApplication(text: string, wanted: Application, isRecorded: boolean): unknown {
  if (text === "") return null;
  const [, origin, digest, command, user, port, python, further = "", healthCheck = null] =
    /^(\S+) (sha256:[0-9a-f]{12}); command (sha256:[0-9a-f]{12}); as (\S+) on port (\d+); python ([^;]*)((?:; (?:build|secrets|writable|during build) [^;]*)*)(?:; health check (.*))?$/.exec(
      text,
    ) ?? [];
  if (origin === undefined || digest === undefined) return NOT_STORED;
  if (command === undefined || python === undefined) return NOT_STORED;
  return {
    source:
      origin === ANY_DIRECTORY
        ? storedDirectory(digest, wanted?.source, isRecorded)
        : storedSource(origin, digest, wanted?.source),
    command: knownContent(wanted?.command, command),
    user,
    port: Number(port),
    python: storedPython(python),
    ...storedFurther(further, wanted),
    healthCheck,
  };
}

function storedPython(text: string): unknown {
  const [, version, requirements = ""] = /^version (\S+) requirements (\S+)$/.exec(text) ?? [];
  if (version === undefined) return text === "none" ? [] : text.split(" ");
  return {
    version: version === "default" ? null : version,
    requirements: requirements === "none" ? null : fromWord(requirements),
  };
}

/** What only some applications have. */
function storedFurther(text: string, wanted: Application): object {
  const known = <Data>(digest: string, data: Data | undefined) =>
    data !== undefined && digestOf(data) === digest ? data : NOT_STORED;
  const parts = new Map(
    [...text.matchAll(/; (build|secrets|writable|during build) ([^;]*)/g)].map(
      ([, name, rest = ""]) => [name, rest],
    ),
  );
  const [build, secrets, writable, duringBuild] = [
    "build",
    "secrets",
    "writable",
    "during build",
  ].map((name) => parts.get(name));
  return {
    ...(build !== undefined && { build: known(build, wanted?.build) }),
    ...(secrets !== undefined && { secrets: known(secrets, wanted?.secrets) }),
    ...(writable !== undefined && { writable: writable.split(" ").map(fromWord) }),
    ...(duringBuild !== undefined && { duringBuild: known(duringBuild, wanted?.duringBuild) }),
  };
}

type Source = NonNullable<Application>["source"];

function storedSource(origin: string, digest: string, wanted: Source | undefined): object {
  if (/^https?:/.test(origin)) {
    const { url, sha256 } = wanted !== undefined && "url" in wanted ? wanted : noUrl;
    return {
      url: storedUrl(origin, url),
      sha256: knownSum(sha256, digest),
    };
  }
  if (wanted !== undefined && "file" in wanted && "sha256" in wanted) {
    return { file: origin, sha256: knownSum(wanted.sha256, digest) };
  }
  const content = wanted !== undefined && "file" in wanted ? wanted.content : undefined;
  return { file: origin, content: knownContent(content, digest) };
}

/** If the tags record its files, the desired content shows what differs. */
function storedDirectory(digest: string, wanted: Source | undefined, isRecorded: boolean): object {
  if (wanted === undefined || !("directory" in wanted)) return { directory: SOME_DIRECTORY };
  const isSame = knownSum(wanted.sha256, digest) !== digest;
  const directory = storedFilesOf(wanted.directory, isSame, isRecorded);
  return directory === undefined ? {} : { directory };
}

/** Whether the text of a playbook is of the folder with this SHA-256. */
export function isStoredPlaybook(text: string, sha256: string): boolean {
  return text.includes(` sha256:${sha256.slice(0, 12)};`);
}

/** Whether the text of an application names a directory, and which one. */
export function isStoredDirectory(text: string, sha256 = ""): boolean {
  return text.startsWith(`${ANY_DIRECTORY} sha256:${sha256.slice(0, 12)}`);
}

/** The whole sum, if the desired one has this beginning. */
function knownSum(wanted: string, digest: string): string {
  return `sha256:${wanted}`.startsWith(digest) ? wanted : digest;
}

const noUrl = { url: "", sha256: "" };

/** Only the digest of a query is stored. */
function storedUrl(stored: string, wanted: string): string | Worded {
  if (withoutSignature(wanted) === stored) return wanted;
  return /[?#]/.test(stored) ? NOT_STORED : stored;
}

function knownContent(wanted: string | undefined, digest: string): string | Worded {
  return wanted !== undefined && hasDigest(wanted, digest) ? wanted : NOT_STORED;
}
