import { describe, expect, test } from "vitest";
import { hyperlink, knowsHyperlinks } from "../../src/ui/hyperlink.ts";
import { outputLinesFor } from "../../src/ui/output-lines.ts";
import { outputsBlock } from "../../src/ui/plain/outputs-block.ts";
import { TYPES } from "./types.ts";

const outputs = {
  url: "http://shop-8ccc29a0-8812265309.ap-southeast-2.elb.amazonaws.com/",
  login: "ssh -i ./shop.pem ec2-user@203.0.113.7",
};

describe("an output", () => {
  test.each([
    [200, ["", `URL          ${outputs.url}`, `log in with  ${outputs.login}`]],
    [60, ["", "URL", outputs.url, `log in with  ${outputs.login}`]],
    [40, ["", "URL", outputs.url, "log in with", outputs.login]],
    [
      Number.POSITIVE_INFINITY,
      ["", `URL          ${outputs.url}`, `log in with  ${outputs.login}`],
    ],
  ])("of %d columns is never broken", (columns, lines) => {
    expect(outputsBlock(outputs, columns, TYPES)).toEqual(lines);
  });

  test("stands beside its label as long as that fits exactly", () => {
    const [line] = outputLinesFor({ url: "http://a/" }, 14, TYPES);
    expect(line).toEqual({ label: "URL  ", value: "http://a/", isBelow: false });
    expect(outputLinesFor({ url: "http://a/" }, 13, TYPES)[0]).toMatchObject({ isBelow: true });
  });

  test("there is none", () => {
    expect(outputsBlock({}, 80, TYPES)).toEqual([]);
  });
});

const ESCAPE = "\u001b";

describe("a hyperlink", () => {
  const around = (target: string, text: string) =>
    `\u001b]8;;${target}\u001b\\${text}\u001b]8;;\u001b\\`;

  test("is of the address, around the text", () => {
    expect(hyperlink("here", "http://shop.example/a")).toBe(
      around("http://shop.example/a", "here"),
    );
  });

  test.each([
    "ssh -i ./shop.pem ec2-user@203.0.113.7",
    "shop.example:25",
    "ami-1",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "",
  ])("is not made of what is no web address: %j", (address) => {
    expect(hyperlink("text", address)).toBe("text");
  });

  test("cannot be ended by the address", () => {
    for (const evil of ["\u001b\\", "\u0007", "\u009c", "\n", "\u001b]8;;http://other/\u001b\\"]) {
      const address = `http://shop.example/${evil}x`;
      const [before, target = "", text, ...after] = hyperlink("t", address).split(ESCAPE);
      expect([before, text, ...after]).toEqual(["", "\\t", "]8;;", "\\"]);
      expect(target).toMatch(/^\]8;;http:[!-~]+$/);
    }
  });

  test.each<[known: boolean, env: Record<string, string>]>([
    [true, { TERM: "xterm-256color", VTE_VERSION: "7600" }],
    [true, { TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }],
    [true, { TERM: "xterm-kitty" }],
    [true, { TERM: "xterm-256color", WT_SESSION: "1" }],
    [true, { TERM: "xterm-256color", KONSOLE_VERSION: "220401" }],
    [false, { TERM: "xterm-256color", VTE_VERSION: "5000" }],
    [false, { TERM: "xterm-256color" }],
    [false, { TERM: "screen-256color", VTE_VERSION: "7600" }],
    [false, { TERM: "xterm-kitty", TMUX: "/tmp/tmux" }],
    [false, { TERM: "dumb", WT_SESSION: "1" }],
    [false, {}],
  ])("is known (%s) by a terminal of %j", (known, env) => {
    expect(knowsHyperlinks(env)).toBe(known);
  });
});
