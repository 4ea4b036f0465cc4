import { describe, expect, test } from "vitest";
import { foldedRows, foldsLines } from "../../../src/ui/ink/reflow.ts";
import { typeInto } from "../../../src/ui/ink/typed-line.ts";

describe("typing a line", () => {
  test.each([
    { input: "shop", text: "shop", isComplete: false, why: "keys are letters" },
    { input: "shop\r", text: "shop", isComplete: true, why: "Return completes" },
    { input: "shop\ny", text: "shop", isComplete: true, why: "what follows a Return is dropped" },
    { input: "shox\u007fp", text: "shop", isComplete: false, why: "Backspace takes one back" },
    { input: "\b\bshop", text: "shop", isComplete: false, why: "of nothing, nothing" },
    { input: "no\u0015shop", text: "shop", isComplete: false, why: "Ctrl-U begins anew" },
    { input: "sh\u001bop", text: "shop", isComplete: false, why: "other keys are no letters" },
  ])("$why", ({ input, text, isComplete }) => {
    expect(typeInto({ text: "", isComplete: false }, input)).toEqual({ text, isComplete });
  });

  test("a complete line stays as it is", () => {
    const complete = { text: "shop", isComplete: true };
    expect(typeInto(complete, "x")).toEqual(complete);
  });
});

describe("a screen that becomes narrower", () => {
  test("folds a line into as many rows as it needs", () => {
    expect(foldedRows(["", "12345", "123456", "12345678901"], 5)).toBe(0 + 0 + 1 + 2);
  });

  test.each([
    [{ TERM: "xterm-256color" }, true, "what most terminals of today call themselves"],
    [{ TERM: "xterm-256color", XTERM_VERSION: "XTerm(390)" }, false, "xterm itself cuts"],
    [{ TERM: "tmux-256color", TMUX: "/tmp/x", XTERM_VERSION: "1" }, true, "tmux in xterm folds"],
    [{ TERM: "screen", TMUX: "/tmp/x" }, true, "tmux that calls itself screen"],
    [{ TERM: "screen.xterm-256color" }, false, "GNU screen cuts"],
    [{ TERM: "st-256color" }, false, "st cuts"],
    [{ TERM: "linux" }, false, "the console of Linux cuts"],
  ])("%j: %s, %s", (env, folds, _why) => {
    expect(foldsLines(env)).toBe(folds);
  });
});
