import type { View } from "../ui/view.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

/** The commands that print one JSON object a line under `--json`. */
const STREAMING: ReadonlySet<string> = new Set(["apply", "destroy"]);

/** JSON when asked for, else lines of text. */
export async function chooseView(
  command: string,
  options: Pick<CommonOptions, "json" | "color">,
  io: Io,
): Promise<View> {
  if (options.json) {
    const { createJsonView } = await import("../ui/json.ts");
    return createJsonView(io.stdout, STREAMING.has(command) ? "lines" : "one-object");
  }
  const { createPlainView } = await import("../ui/plain.ts");
  return createPlainView({
    stdin: io.stdin,
    stdout: io.stdout,
    stderr: io.stderr,
    colour: wantsColour(options, io),
  });
}

/** As no-color.org has it: any value but the empty one counts. */
function wantsColour(options: Pick<CommonOptions, "color">, io: Io): boolean {
  if (!options.color || (io.env["NO_COLOR"] ?? "") !== "") return false;
  return io.stdout.isTTY === true && io.env["TERM"] !== "dumb";
}
