import { createHash } from "node:crypto";
import type { Bootstrap } from "./build-script.ts";
import { guestDurations } from "./durations.ts";
import { type ConsoleLine, Report } from "./report.ts";

/**
 * What a machine gets from an address: the content, or the answer's status and code, or undefined from an address
 * that nobody answers.
 */
export type Download = (
  address: string,
  afterSeconds: number,
) => Uint8Array | { readonly status: number; readonly code: string } | undefined;

/** The fetched build script, or how the machine ended without it. */
export type Fetched =
  | { readonly script: string; readonly afterSeconds: number }
  | { readonly console: readonly ConsoleLine[]; readonly afterSeconds: number };

/** Attempts that S3 refuses, and the seconds between them: 1, 2, 4 and 8. */
const refusedSeconds = 15;

/** Plays the script that fetches the build script, starting this many seconds after the boot. */
export function fetchScript(
  bootstrap: Bootstrap,
  download: Download | undefined,
  startsAfter: number,
): Fetched {
  const answer = download?.(bootstrap.address, startsAfter);
  const fetched = startsAfter + guestDurations.download;
  if (answer instanceof Uint8Array) {
    const sha256 = createHash("sha256").update(answer).digest("hex");
    if (sha256 === bootstrap.sha256) {
      return { script: new TextDecoder().decode(answer), afterSeconds: fetched };
    }
    const why = "the content has another SHA-256 than the build script";
    return failed(bootstrap, why, startsAfter + bootstrap.timeout);
  }
  return answer === undefined
    ? failed(
        bootstrap,
        "URLError: [Errno -3] Temporary failure in name resolution",
        startsAfter + bootstrap.timeout,
      )
    : failed(
        bootstrap,
        `S3 answered with status ${answer.status} ${answer.code}`,
        startsAfter + (answer.status >= 500 ? bootstrap.timeout : refusedSeconds),
      );
}

function failed({ hash, start }: Bootstrap, why: string, at: number): Fetched {
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
