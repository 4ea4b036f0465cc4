import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { Cancelled } from "../../engine/errors.ts";
import type { PresentedTypes } from "../../engine/presentation.ts";
import type { DesiredResource } from "../../engine/resource.ts";
import { isAgreement } from "../agreement.ts";
import { folded } from "../fold.ts";
import { forecastSeconds, forecastWords } from "../forecast.ts";
import { neutralize, type Paint } from "../text.ts";
import type { Approval, RunContext } from "../view.ts";
import { CONFIRM, consequence, IRREVERSIBLE, TYPE_NAME } from "../wording.ts";

interface Terminal {
  /** The width of the terminal. Infinite if it is unknown. */
  readonly columns: number;
  readonly stdin: Readable & { setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable;
  readonly suspend?: (() => Promise<void>) | undefined;
}

/** A question and its context. */
interface Asked {
  readonly approval: Approval;
  readonly types: PresentedTypes;
  readonly desired: readonly DesiredResource[];
  readonly sandbox: RunContext["sandbox"];
}

/**
 * Asks on a terminal, and waits for a line.
 *
 * @throws Cancelled when an interrupt or the end of the input comes instead of an answer.
 */
export async function ask(
  { approval, types, desired, sandbox }: Asked,
  signal: AbortSignal,
  options: Terminal,
  paint: Paint,
): Promise<boolean> {
  const { document } = approval;
  const lines = [
    paint("bold", consequence(document, sandbox !== undefined)),
    forecastWords(forecastSeconds(document, types, desired), sandbox),
    ...(approval.kind === "type-name" ? [IRREVERSIBLE] : []),
  ];
  options.stdout.write(`\n${folded(lines.join("\n"), options.columns)}\n`);
  const question =
    approval.kind === "confirm"
      ? CONFIRM
      : `${TYPE_NAME[0]}${neutralize(approval.name)}${TYPE_NAME[1]}`;
  const answer = await readAnswer(question, signal, options);
  return isAgreement(approval, answer);
}

async function readAnswer(
  question: string,
  signal: AbortSignal,
  { stdin, stdout, suspend }: Terminal,
): Promise<string> {
  const terminal = createInterface({ input: stdin, output: stdout });
  let isOver = false;
  let leave = () => {};
  const left = new Promise<never>((_resolve, reject) => {
    leave = () => {
      isOver = true;
      reject(new Cancelled("nothing has changed"));
    };
  });
  left.catch(() => {});
  // In raw mode Ctrl-C is a key. Ctrl-D or a lost terminal only closes the input.
  terminal.once("SIGINT", leave);
  terminal.once("close", leave);
  // By default, readline suspends the process, and reads nothing after that.
  terminal.on("SIGTSTP", async () => {
    if (suspend === undefined) return;
    stdin.setRawMode?.(false);
    await suspend();
    if (isOver) return;
    stdin.setRawMode?.(true);
    terminal.prompt(true);
  });
  signal.addEventListener("abort", leave);
  try {
    return await Promise.race([terminal.question(question), left]);
  } catch (error) {
    stdout.write("\n");
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
    terminal.close();
  }
}
