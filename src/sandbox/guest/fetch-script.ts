import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Bootstrap } from "./build-script.ts";
import { guestDurations } from "./durations.ts";
import { type Reach, whyUnreached } from "./reach.ts";
import { type ConsoleLine, Report } from "./report.ts";

/**
 * What a machine gets from an address: the content, or the answer's status and code, or undefined from an address
 * that nobody answers.
 */
export type Download = (
  address: string,
  afterSeconds: number,
) => Uint8Array | { readonly status: number; readonly code: string } | undefined;

/** The fetched build script and contents, or how the machine ended without them. */
export type Fetched =
  | {
      readonly script: string;
      /** By SHA-256. */
      readonly contents: ReadonlyMap<string, Uint8Array>;
      readonly afterSeconds: number;
    }
  | { readonly console: readonly ConsoleLine[]; readonly afterSeconds: number };

/** Attempts that S3 refuses, and the seconds between them: 1, 2, 4 and 8. */
const refusedSeconds = 15;

/** Why a download failed for good, and when the machine gives up. */
interface Failure {
  readonly why: string;
  readonly afterSeconds: number;
}

/** How a machine gets what it fetches: what it reaches, and what answers there. */
export interface Way {
  readonly reach: Reach;
  readonly download: Download | undefined;
}

/** Plays the script that fetches the build script, starting this many seconds after the boot. */
export function fetchScript(bootstrap: Bootstrap, way: Way, startsAfter: number): Fetched {
  const end = startsAfter + bootstrap.timeout;
  const script = fetch({ ...bootstrap, what: "the build script" }, way, startsAfter, end);
  if (!(script instanceof Uint8Array)) return failed(bootstrap, script);
  let at = startsAfter + guestDurations.download;
  const contents = new Map<string, Uint8Array>();
  for (const { sha256, address } of bootstrap.contents) {
    const content = fetch({ sha256, address, what: "the application" }, way, at, end);
    if (!(content instanceof Uint8Array)) return failed(bootstrap, content);
    contents.set(sha256, content);
    at += guestDurations.download;
  }
  return { script: new TextDecoder().decode(script), contents, afterSeconds: at };
}

function fetch(
  sought: { readonly sha256: string; readonly address: string; readonly what: string },
  { reach, download }: Way,
  at: number,
  end: number,
): Uint8Array | Failure {
  const unreached = whyUnreached({ reach }, URL.parse(sought.address)?.hostname ?? "");
  if (unreached === "no connection") return { why: "URLError: timed out", afterSeconds: end };
  const answer = unreached === undefined ? download?.(sought.address, at) : undefined;
  if (answer === undefined) {
    const why = "URLError: [Errno -3] Temporary failure in name resolution";
    return { why, afterSeconds: end };
  }
  if (!(answer instanceof Uint8Array)) {
    const why = `S3 answered with status ${answer.status} ${answer.code}`;
    return { why, afterSeconds: answer.status >= 500 ? end : Math.min(end, at + refusedSeconds) };
  }
  const content = unpack(answer);
  if (content === undefined) {
    const start = Buffer.from(answer.subarray(0, 2)).toString("latin1");
    return { why: `BadGzipFile: Not a gzipped file (b'${start}')`, afterSeconds: end };
  }
  if (createHash("sha256").update(content).digest("hex") === sought.sha256) return content;
  return { why: `the content has another SHA-256 than ${sought.what}`, afterSeconds: end };
}

function unpack(content: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(content);
  } catch {
    return undefined;
  }
}

function failed({ hash, start }: Bootstrap, { why, afterSeconds: at }: Failure): Fetched {
  const console: ConsoleLine[] = [];
  const report = new Report(hash, (text) => console.push({ afterSeconds: at, text }));
  report.say("start", start);
  report.say("error", "fetch_build_script");
  report.say("output", why);
  report.say("verdict", "failed");
  report.close();
  const afterSeconds = at + guestDurations.powerOff;
  const off = `[${afterSeconds.toFixed(6).padStart(12)}] reboot: Power down`;
  return { console: [...console, { afterSeconds, text: off }], afterSeconds };
}
