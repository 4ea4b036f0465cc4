import { describe, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { pretendProcess } from "../scenarios/process.ts";
import { Memory } from "../ui/streams.ts";

/** Help as a terminal of so many columns gets it; undefined for a pipe. */
async function help(words: readonly string[], columns: number | undefined): Promise<string> {
  const { io } = pretendProcess("/", {});
  const stdout = Object.assign(new Memory(), columns === undefined ? {} : { isTTY: true, columns });
  expect(await run([...words, "--help"], { ...io, stdout })).toBe(0);
  return stdout.text;
}

const COMMANDS = [
  [],
  ["validate"],
  ["plan"],
  ["apply"],
  ["destroy"],
  ["status"],
  ["graph"],
  ["image"],
  ["sandbox"],
  ["sandbox", "serve"],
  ["sandbox", "show"],
  ["sandbox", "reset"],
  ["sandbox", "call"],
  ["sandbox", "publish-image"],
  ["sandbox", "capacity"],
];

const words = (text: string) => text.split(/\s+/);

describe.each(COMMANDS.map((command) => [command.join(" "), command] as const))(
  "the help of reconcile %s",
  (_name, command) => {
    test.each([40, 60, 80, 120, 200, undefined])("fits %s columns", async (columns) => {
      const text = await help(command, columns);
      const most = columns ?? 80;
      expect(text.split("\n").filter((line) => line.length > most)).toEqual([]);
    });

    test("loses and breaks no word, however narrow", async () => {
      const wide = words(await help(command, 120));
      for (const columns of [40, 60, 80]) expect(words(await help(command, columns))).toEqual(wide);
    });
  },
);

test("help says what the program is for", async () => {
  expect(await help([], 80)).toContain(
    "Keeps a self-healing web tier on AWS in line with its stack file.",
  );
});
