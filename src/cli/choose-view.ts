import type { View } from "../ui/view.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";
import { hasTerminal, isOn } from "./terminal.ts";

/** `status --watch` has other views than `status`. */
export const WATCHED_STATUS = "status --watch";

/** The commands that print one JSON object per line with `--json`. */
const STREAMING: ReadonlyMap<string, "lines" | "looks"> = new Map([
  ["apply", "lines"],
  ["destroy", "lines"],
  [WATCHED_STATUS, "looks"],
]);

/** The commands with a live view. The others print text. */
const PICTURED: ReadonlySet<string> = new Set([
  "plan",
  "apply",
  "destroy",
  "status",
  WATCHED_STATUS,
]);

/** The part of the process that a view needs. */
export type ViewIo = Pick<Io, "stdin" | "stdout" | "stderr" | "env" | "interrupt"> & {
  readonly suspend?: Io["suspend"] | undefined;
};

/** JSON on request, a live view on a terminal that supports one, otherwise lines of text. */
export async function chooseView(
  command: string,
  options: Pick<CommonOptions, "json" | "color" | "verbose">,
  io: ViewIo,
): Promise<View> {
  if (options.json) {
    const { createJsonView } = await import("../ui/json.ts");
    return createJsonView(io.stdout, STREAMING.get(command) ?? "one-object");
  }
  const { createPlainView } = await import("../ui/plain.ts");
  const colour = wantsColour(options, io);
  const plain = createPlainView({
    // A getter, because opening standard input takes time, and few commands ask or read.
    get stdin() {
      return io.stdin;
    },
    stdout: io.stdout,
    stderr: io.stderr,
    colour,
    suspend: io.suspend,
  });
  if (!PICTURED.has(command) || !showsPictures(options, io)) return plain;
  const { createInkView } = await import("../ui/ink/view.ts");
  return createInkView({
    stdin: io.stdin,
    stdout: io.stdout,
    colour,
    env: io.env,
    plain,
    interrupt: io.interrupt,
    suspend: io.suspend,
  });
}

/**
 * A live view moves the cursor and redraws itself. It is not used on a terminal without cursor movement, in
 * CI logs, for screen readers, which would read out every frame, or together with --verbose.
 */
function showsPictures(options: Pick<CommonOptions, "verbose">, io: ViewIo): boolean {
  const { env } = io;
  if (!hasTerminal(io) || env["TERM"] === "dumb" || options.verbose) return false;
  return !isOn(env["INK_SCREEN_READER"]);
}

/** As no-color.org defines it: any value except the empty string disables colour. */
function wantsColour(options: Pick<CommonOptions, "color">, io: ViewIo): boolean {
  if (!options.color || (io.env["NO_COLOR"] ?? "") !== "") return false;
  return hasTerminal(io) && io.env["TERM"] !== "dumb";
}
