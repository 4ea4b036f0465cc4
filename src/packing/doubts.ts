import type { FoundFile } from "./found-file.ts";
import type { DirectoryFinding, ListedFile } from "./listing.ts";

/** A directory of this size is usually one with a build's results, or data. */
const LARGE = 50 * 2 ** 20;

/** White space as it is, or as JSON and the like escape it, once or more often: \n, \\n, and a line's continuation. */
const SPACE = String.raw`(?:\s|\\{1,4}(?:[nrt]|\r?\n))*`;
const LINE_END = String.raw`(?:\r?\n|\\{1,4}[nr])`;

/**
 * In the form of PEM and OpenSSH (RFC 7468), with the beginning of its content, whose lines have 64 characters or more;
 * and in that of PuTTY, with its second line. At any place, because JSON and YAML contain keys as texts.
 */
const PRIVATE_KEY = new RegExp(
  [
    "-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    // Of an encrypted key: Proc-Type, DEK-Info.
    String.raw`(?:${SPACE}[A-Za-z-]+: [^\r\n\\]*${LINE_END})*`,
    // PHP escapes the slash in JSON.
    String.raw`${SPACE}(?:[A-Za-z0-9+/]|\\{1,4}/){40}`,
    String.raw`|PuTTY-User-Key-File-\d: [\w@.-]+${SPACE}Encryption: `,
  ].join(""),
);

/** Who can read a directory's files: of an application, whose files are in the image. */
export const READ_ON_SERVERS = "everything in an image can be read on each server";

/** Environment files hold secrets. Those that show how one is written do not. */
const ENVIRONMENT = /^\.env(?:\.(?!(?:example|sample|template|dist|defaults|schema)$).+)?$/i;

/** What is hardly ever part of an application or of a playbook. The first kind that fits tells. */
const UNUSUAL: readonly {
  /** Of the path. The match is what is named. */
  readonly pattern: RegExp;
  readonly what: string;
  readonly help: string;
}[] = [
  {
    pattern: /^(?:.*\/)?node_modules(?=\/)/,
    what: "these packages were installed for this machine's platform",
    help: "Write node_modules/ into .reconcileignore. An application's build can install its packages: build: [npm ci]",
  },
  {
    pattern: /^(?:.*\/)?(?:\.venv|venv)(?=\/)/,
    what: "this virtual environment was created for this machine",
    help: "Exclude it with a line in .reconcileignore. The build installs Ansible, and an application's packages if you list them under python.",
  },
  {
    pattern: /^(?:.*\/)?__pycache__(?=\/)/,
    what: "Python writes these files whenever the code runs here, and each time the image differs",
    help: "Write __pycache__/ into .reconcileignore.",
  },
  {
    pattern: /^(?:.*\/)?(?:\.aws|\.ssh|\.gnupg|\.kube|\.docker)(?=\/)/,
    what: `such a folder usually holds credentials, and ${READ_ON_SERVERS}`,
    help: "Exclude it with a line in .reconcileignore.",
  },
  {
    pattern: /^(?:.*\/)?\.terraform(?=\/)|^(?:.*\/)?[^/]*\.tfstate(?:\.backup)?$/,
    what: "the build does not need the files of Terraform, and its state may hold secrets",
    help: "Exclude them with a line in .reconcileignore.",
  },
  {
    pattern:
      /^(?:.*\/)?(?:\.npmrc|\.yarnrc\.yml|\.pypirc|\.netrc|\.git-credentials|\.envrc|\.dockercfg)$/,
    what: `such a file may hold credentials, and ${READ_ON_SERVERS}`,
    help: "Check the file. If it holds credentials, exclude it with a line in .reconcileignore.",
  },
  {
    pattern: /^(?:.*\/)?(?:[^/]*\.(?:pem|key|p12|pfx|jks|keystore)|id_(?:rsa|dsa|ecdsa|ed25519))$/i,
    what: `such a file may hold a private key, and ${READ_ON_SERVERS}`,
    help: "Check the file. If it holds a key, exclude it with a line in .reconcileignore.",
  },
  {
    pattern: /^(?:.*\/)?(?:\.DS_Store|Thumbs\.db)$/,
    what: "a file manager writes this file, and each time the image differs",
    help: "Write its name into .reconcileignore.",
  },
];

/** Files that must not be in an image unless somebody says so. */
export function environmentFiles(
  files: readonly FoundFile[],
  shown: string,
): readonly DirectoryFinding[] {
  return files
    .filter(({ path, isMeant }) => !isMeant && ENVIRONMENT.test(nameOf(path)))
    .map(({ path }) => ({
      message: `${shown}/${path}: a file of this name usually holds secrets, and ${READ_ON_SERVERS}`,
      help: `Write ${path} into ${shown}/.reconcileignore to exclude it. If it holds no secrets, write !${path} there.`,
    }));
}

/** Whether a file's content is a private key. Code that only mentions its first line is none. */
export function isPrivateKey(content: Uint8Array): boolean {
  return PRIVATE_KEY.test(Buffer.from(content).toString("latin1"));
}

/** The error for a private key in a directory. */
export function privateKeyIn(path: string, shown: string): DirectoryFinding {
  return {
    message: `${shown}/${path}: the file contains a private key`,
    help: `Write ${path} into ${shown}/.reconcileignore to exclude it, because ${READ_ON_SERVERS}.`,
  };
}

/** The same findings about a directory whose files others can read. */
export function readBy(
  readers: string,
  findings: readonly DirectoryFinding[],
): readonly DirectoryFinding[] {
  return findings.map(({ message, help }) => ({
    message: message.replace(READ_ON_SERVERS, readers),
    help: help.replace(READ_ON_SERVERS, readers),
  }));
}

/** What is probably not meant to be packed. One warning for each kind. */
export function unusualFiles(
  files: readonly FoundFile[],
  bytes: number,
  shown: string,
): readonly DirectoryFinding[] {
  const found = UNUSUAL.map(() => new Map<string, number>());
  for (const { path, isMeant } of files) {
    if (isMeant) continue;
    const index = UNUSUAL.findIndex(({ pattern }) => pattern.test(path));
    const [named] = UNUSUAL[index]?.pattern.exec(path) ?? [];
    const places = found[index];
    if (named !== undefined) places?.set(named, (places.get(named) ?? 0) + 1);
  }
  const warnings = UNUSUAL.flatMap(({ what, help }, index) => {
    const [first, ...others] = [...(found[index]?.keys() ?? [])];
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    return [{ message: `${shown}/${first}${more}: ${what}`, help }];
  });
  return [...warnings, ...twins(files, shown), ...largeSize(files, bytes, shown)];
}

/** On macOS and Windows only one of such files can exist, so that the image is another one there. */
function twins(files: readonly FoundFile[], shown: string): readonly DirectoryFinding[] {
  const alike = Map.groupBy(files, ({ path }) => path.normalize("NFC").toLowerCase());
  const [first, ...others] = [...alike.values()].filter(({ length }) => length > 1);
  if (first === undefined) return [];
  const paths = first.map(({ path }) => path).join(" and ");
  const more = others.length === 0 ? "" : ` So do ${others.length} more.`;
  return [
    {
      message: `${shown}: the names ${paths} differ only in case or in how an accent is written.${more}`,
      help: "Rename one of them. On macOS and Windows only one of them can exist.",
    },
  ];
}

function largeSize(
  files: readonly Pick<ListedFile, "path" | "bytes">[],
  bytes: number,
  shown: string,
): readonly DirectoryFinding[] {
  if (bytes <= LARGE) return [];
  const [largest] = files.toSorted((one, other) => other.bytes - one.bytes);
  const mib = (size: number) => `${Math.round(size / 2 ** 20)} MiB`;
  return [
    {
      message: `${shown}: the files have ${mib(bytes)} in total, and every change of one of them is stored as a whole`,
      help: `Exclude unneeded files with lines in .reconcileignore. The largest file is ${largest?.path} with ${mib(largest?.bytes ?? 0)}.`,
    },
  ];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
