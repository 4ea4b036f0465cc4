import { describe, expect, test } from "vitest";
import { firstWords, quoted } from "../../src/aws/neutral-words.ts";
import { printable, quote } from "../../src/spec/finding.ts";
import {
  describeSeconds,
  escapeInJson,
  indented,
  jsonText,
  neutralize,
  neutralizeLines,
  neutralizePainted,
  painter,
  plural,
} from "../../src/ui/text.ts";
import { everyObeyed, obeyed } from "./hostile.ts";

describe("every character that a screen obeys or hides", () => {
  test.each([
    ["of a text", neutralize],
    ["of a text of several lines", neutralizeLines],
    ["of a line that is painted", neutralizePainted],
    ["of a text that is indented", (text: string) => indented(text, 2)],
    ["of what a person wrote into a stack file", quote],
    ["of a sentence about it", printable],
    ["of what an endpoint says", quoted],
    ["of what an endpoint sends", (text: string) => firstWords(Buffer.from(text))],
    ["of JSON", (text: string) => jsonText([text], 1)],
  ])("%s is made visible", (_what, neutral) => {
    const left = everyObeyed.filter((character) => obeyed(neutral(`a${character}b`)).length > 0);
    expect(left).toEqual([]);
  });

  test("in JSON, it stays the same value", () => {
    for (const character of everyObeyed) {
      const value = { [`name${character}`]: [`value${character}`] };
      expect(JSON.parse(jsonText(value))).toEqual(value);
    }
    expect(escapeInJson('{\n "a": "\u202e\u{e0041}"\n}\n')).toBe(
      '{\n "a": "\\u202e\\udb40\\udc41"\n}\n',
    );
  });

  test("letters of every script, and pictures of one character, stay as they are", () => {
    for (const text of ["Zürich", "東京", "القاهرة", "हिन्दी", "😀", "a b", "→ ✓", "\\n"]) {
      for (const neutral of [neutralize, neutralizeLines, neutralizePainted, printable]) {
        expect(neutral(text)).toBe(text);
      }
      expect(jsonText(text)).toBe(JSON.stringify(text));
      expect(quoted(text)).toBe(`"${text}"`);
    }
  });

  test.each<[what: string, given: string, shown: string]>([
    [
      "is the escape that a program would write",
      "\u001b\u0007\u061c\u{e0041}",
      "\\u001b\\u0007\\u061c\\u{e0041}",
    ],
    ["is a blank where it is a tab", "a\tb", "a b"],
    [
      "is an escape where it only looks like a blank",
      "a\u00a0b\u3000c\u2800d e",
      "a\\u00a0b\\u3000c\\u2800d e",
    ],
    ["is the end of a line", "a\r\nb", "a\\r\\nb"],
  ])("%s", (_what, given, shown) => {
    expect(neutralize(given)).toBe(shown);
  });
});

test.each<[what: string, neutral: (text: string) => string, given: string, shown: string]>([
  ["lines stay lines", neutralizeLines, "a\u202e\r\nb\nc\rd", "a\\u202e\nb\nc\\rd"],
  [
    "further lines are indented",
    (text) => indented(text, 4),
    "a\u202e\r\nb\nc",
    "a\\u202e\n    b\n    c",
  ],
  [
    "our own colours stay colours",
    neutralizePainted,
    "\u001b[1m\u001b[31mred\u202e\u001b[39m\u001b[22m \u001b[90mgray\u001b[39m\r\nnext",
    "\u001b[1m\u001b[31mred\\u202e\u001b[39m\u001b[22m \u001b[90mgray\u001b[39m\nnext",
  ],
  [
    "anything like them does not",
    neutralizePainted,
    "a\u001b[2J\u001b[45m\u001b[1;31m\u001b[31\u001b[11m\u001b[m\u001b[x1m\u001b[100m",
    "a\\u001b[2J\\u001b[45m\\u001b[1;31m\\u001b[31\\u001b[11m\\u001b[m\\u001b[x1m\\u001b[100m",
  ],
])("%s", (_what, neutral, given, shown) => {
  expect(neutral(given)).toBe(shown);
});

test("everything that is painted is a colour of ours", () => {
  for (const style of ["bold", "red", "green", "yellow", "magenta", "gray"] as const) {
    const painted = painter(true)(style, "text");
    expect(painted).not.toBe("text");
    expect(neutralizePainted(painted)).toBe(painted);
    expect(painter(false)(style, "text")).toBe("text");
  }
});

describe("words from an endpoint", () => {
  test.each<[what: string, given: string, shown: string]>([
    ["are quoted, on one line", " a\n\t b  ", '"a b"'],
    ["have escapes", "a\u001b\u061c\u202e\u{e0041}b", '"a\\u001b\\u061c\\u202e\\u{e0041}b"'],
    ["end at no quotation mark", 'say "hi"', "\"say 'hi'\""],
    ["are whole as far as a hundred characters", "x".repeat(100), `"${"x".repeat(100)}"`],
    ["are cut after them", "x".repeat(101), `"${"x".repeat(100)}…"`],
  ])("%s", (_what, given, shown) => {
    expect(quoted(given)).toBe(shown);
  });

  test.each<[what: string, given: string, shown: string]>([
    ["text", "Bad gateway", '"Bad gateway"'],
    ["markup", "<html><body><h1>Please</h1>log in</body></html>", '"Please log in"'],
    [
      "a style and a script",
      "<style type=a>h1\n{}</style>A<SCRIPT>x()</SCRIPT >B</script>C",
      '"A C"',
    ],
    ["one that has no end", "A<script>x()", '"A"'],
    ["what is called nearly so", "<styles>A</styles>B", '"A B"'],
    ["a tag that has no end", "A<a href='x", '"A"'],
    ["markup alone", "<html></html>", '"<html></html>"'],
    ["nothing", " ", '""'],
  ])("of %s, those that a person would read", (_what, given, shown) => {
    expect(firstWords(Buffer.from(given))).toBe(shown);
  });

  test("are looked for at the beginning alone", () => {
    const body = Buffer.from(`<p>${" ".repeat(4092)}a${"b".repeat(4096)}`);
    expect(firstWords(body)).toBe('"a"');
  });
});

test.each<[seconds: number, words: string]>([
  [-1, "0 s"],
  [0.04, "0 s"],
  [0.44, "0.4 s"],
  [0.99, "1 s"],
  [1, "1 s"],
  [59.4, "59 s"],
  [59.5, "1 min 0 s"],
  [463, "7 min 43 s"],
  [3599, "59 min 59 s"],
  [3600, "1 h 0 min"],
  [3779, "1 h 2 min"],
])("%s seconds are %s", (seconds, words) => {
  expect(describeSeconds(seconds)).toBe(words);
});

test.each<[words: string, counted: Parameters<typeof plural>]>([
  ["1 call", [1, "call"]],
  ["0 calls", [0, "call"]],
  ["2 calls", [2, "call"]],
  ["2 resources are", [2, "resource is", "resources are"]],
])("%s", (words, counted) => {
  expect(plural(...counted)).toBe(words);
});
