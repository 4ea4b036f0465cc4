import { gunzipSync } from "node:zlib";

/** One call of a build script's body. */
export interface Call {
  readonly name: string;
  readonly parameters: readonly string[];
  /** The line number in the script, from 1, as in bash's messages. */
  readonly line: number;
  /** The text in the script. */
  readonly text: string;
}

/** User data whose header says that it is a build script of specs/image.md. */
export interface BuildScript {
  /** The words `key=value` of the header. */
  readonly header: ReadonlyMap<string, string>;
  readonly body: readonly (Call | Unreadable)[];
  /** The functions that the runtime before the body defines. Bash finds no others. */
  readonly functions: ReadonlySet<string>;
  /** Whether the script ends the build after the body. */
  readonly finishes: boolean;
}

/** A line of the body that is not a single call as specs/image.md describes it. */
export interface Unreadable {
  readonly name: undefined;
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** User data whose header says that it fetches a build script, as specs/image.md describes it. */
export interface Bootstrap {
  /** Of the build. */
  readonly hash: string;
  readonly sha256: string;
  /** Seconds. */
  readonly timeout: number;
  /** What its first line on the console says. */
  readonly start: string;
  readonly address: string;
  /** What it fetches beside the script. */
  readonly contents: readonly { readonly sha256: string; readonly address: string }[];
}

/** A limit against gzip bombs. No real script in EC2's 16 KB of user data unpacks to more. */
const mostUnpackedBytes = 4 * 1024 * 1024;

/** Reads user data as cloud-init does: gzipped data is unpacked. Undefined when unpacking fails. */
export function readUserData(userData: Uint8Array): string | undefined {
  const gzipped = userData[0] === 0x1f && userData[1] === 0x8b;
  try {
    const bytes = gzipped ? gunzipSync(userData, { maxOutputLength: mostUnpackedBytes }) : userData;
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}

/** Reads a build script; undefined for any other user data. */
export function readBuildScript(text: string): BuildScript | undefined {
  if (!text.startsWith("#!")) return undefined;
  const lines = text.split("\n");
  const prefix = "# reconcile-build: ";
  const headers = lines.filter((line) => line.startsWith(prefix));
  const [header] = headers;
  if (header === undefined || headers.length > 1) return undefined;
  const begin = lines.indexOf("# reconcile-body");
  const end = lines.indexOf("# reconcile-end");
  if (begin === -1 || end < begin) return undefined;
  return {
    header: readHeader(header.slice(prefix.length)),
    body: lines.slice(begin + 1, end).map((line, index) => readCall(line, begin + 2 + index)),
    functions: readFunctions(lines.slice(0, begin)),
    finishes: lines.slice(end + 1).includes("finish_build"),
  };
}

/** Reads what fetches a build script; undefined for any other user data. */
export function readBootstrap(text: string): Bootstrap | undefined {
  if (!text.startsWith("#!")) return undefined;
  const lines = text.split("\n");
  const prefix = "# reconcile-bootstrap: ";
  const header = lines.find((line) => line.startsWith(prefix));
  if (header === undefined) return undefined;
  const facts = readHeader(header.slice(prefix.length));
  const fact = (key: string) => facts.get(key) ?? "";
  const assigned = (name: string) => {
    const line = lines.find((each) => each.startsWith(`readonly ${name}=`)) ?? "";
    return /^readonly \w+='((?:[^']|'\\'')*)'$/.exec(line)?.[1]?.replaceAll("'\\''", "'");
  };
  const [start, address] = [assigned("START"), assigned("ADDRESS")];
  if (fact("format") !== "2" || start === undefined || address === undefined) return undefined;
  const words = assigned("CONTENTS")?.split(" ") ?? [];
  const contents = words.flatMap((sha256, index) =>
    index % 2 === 0 ? [{ sha256, address: words[index + 1] ?? "" }] : [],
  );
  return {
    hash: fact("hash"),
    sha256: fact("sha256"),
    timeout: Number(fact("timeout")),
    start,
    address,
    contents,
  };
}

function readHeader(words: string): Map<string, string> {
  return new Map(
    words.split(" ").map((word) => {
      const equals = word.indexOf("=");
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

function readFunctions(lines: readonly string[]): Set<string> {
  const names = lines.map((line) => /^\s*([a-z_][a-z0-9_]*) ?\(\)/.exec(line)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

function readCall(text: string, line: number): Call | Unreadable {
  const words = readWords(text);
  if (typeof words === "string") return { name: undefined, line, text, reason: words };
  const [name = "", ...parameters] = words;
  return { name, parameters, line, text };
}

/** An argument: bare, or in single quotes where `'\''` is one quote. */
const word = /(?:([A-Za-z0-9_./:=@%+,-]+)|'((?:[^']|'\\'')*)')(?: |$)/y;

/** Returns the words of one line of the body, or what is wrong with the line. */
export function readWords(text: string): readonly string[] | string {
  const words: string[] = [];
  word.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const match = word.exec(text);
    if (match === null) return `not a valid word: ${text.slice(end, end + 40)}`;
    words.push(match[1] ?? (match[2] ?? "").replaceAll("'\\''", "'"));
    end = word.lastIndex;
  }
  if (words.length === 0) return "an empty line";
  if (text.endsWith(" ") && !text.endsWith("' '")) return "a space at the end";
  if (!/^[a-z_][a-z0-9_]*$/.test(words[0] ?? "")) return `not a function name: ${words[0]}`;
  return words;
}
