import { createHash } from "node:crypto";

/** A line on the serial console, with the seconds since the kernel started. */
export interface ConsoleLine {
  readonly afterSeconds: number;
  readonly text: string;
}

/** The maximum length of a line's text. */
const longest = 200;

/** Writes the lines of a build to the console, in the protocol of specs/image.md. */
export class Report {
  readonly #hash: string;
  #first = 1;
  #lines: { readonly kind: string; readonly line: string }[] = [];
  readonly #write: (text: string) => void;

  constructor(hash: string, write: (text: string) => void) {
    this.#hash = hash;
    this.#write = write;
  }

  say(kind: string, text: string): void {
    const printable = text.replaceAll(/[^\x20-\x7e]/gu, "?").slice(0, longest);
    const content = `${this.#lines.length + this.#first} ${kind} ${printable}`;
    const checksum = createHash("sha256").update(`${this.#hash} ${content}`).digest("hex");
    const line = `reconcile:${this.#hash.slice(0, 16)} ${content} ~${checksum.slice(0, 8)}`;
    this.#lines.push({ kind, line });
    this.#write(line);
  }

  /** Writes the last lines, at most this many, one by one. */
  sayLines(kind: string, lines: readonly string[], most: number): void {
    for (const line of lines.slice(-most)) this.say(kind, line);
  }

  /** Repeats everything important at the end. */
  close(): void {
    for (const { kind, line } of this.#lines) {
      if (kind !== "step") this.#write(line);
    }
  }

  /** What is left after a restart that the build had not asked for: the lines until the one that it did. */
  forget(): void {
    const at = this.#lines.findIndex(({ kind }) => kind === "restart");
    this.#lines = this.#lines.slice(0, at + 1);
    this.#first = 900_001;
  }

  count(kind: string): number {
    return this.#lines.filter((line) => line.kind === kind).length;
  }
}
