import { afterEach, expect, test, vi } from "vitest";
import { createInkView } from "../../../src/ui/ink/view.ts";
import { createPlainView } from "../../../src/ui/plain.ts";
import type { View } from "../../../src/ui/view.ts";
import { faultsOf, obeyed } from "../hostile.ts";
import { situations } from "../situations.ts";
import { FakeTerminal } from "./fake-terminal.ts";

vi.hoisted(() => {
  // Read when Ink is loaded: as in a terminal that has colours.
  process.env["FORCE_COLOR"] = "1";
});

const opened: View[] = [];
afterEach(async () => {
  for (const view of opened.splice(0)) await view.close();
});

/** A view on a terminal so wide that no line is wrapped, which could begin another with any word. */
function open() {
  const terminal = new FakeTerminal(1000, 60);
  const { stdin, stdout } = terminal;
  const plain = createPlainView({ stdin, stdout, stderr: stdout, colour: true });
  const options = { stdin, stdout, colour: true, env: {}, plain, interrupt: () => {} };
  const view = createInkView(options);
  opened.push(view);
  return { terminal, view };
}

test.each(situations)("a terminal obeys nothing of $what", async ({ tell, plain, screen }) => {
  const { terminal, view } = open();
  const leave = new AbortController();
  const faults = async (texts: readonly string[]) =>
    faultsOf((await terminal.lines()).join("\n"), texts);
  const told = tell(view, leave.signal);
  if (screen !== undefined) {
    await vi.waitFor(async () => expect(await faults(screen)).toEqual([]), { timeout: 20_000 });
  }
  leave.abort();
  await told;
  await view.close();
  // What is no picture is written before and after it.
  expect(await faults(screen === undefined ? (plain ?? []) : [])).toEqual([]);
  const written = terminal.written.join("");
  // The picture moves the cursor and begins lines.
  expect(obeyed(written, "\n\r\u001b")).toEqual([]);
  expect(written).not.toContain("\u001b[45m");
});
