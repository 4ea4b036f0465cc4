import { describe, expect, test } from "vitest";
import { parseVerdict } from "../../src/image/verdict.ts";
import fc from "../fast-check.ts";
import { consoleOf, failingCheck, failingStep, hash, otherHash, passing } from "./consoles.ts";

describe("a console under fire", () => {
  const junk = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "reconcile:",
      `reconcile:${hash.slice(0, 16)} 6 verdict passed 0 ~00000000`,
      `reconcile:${hash.slice(0, 16)} 1 pass package:mtr`,
      "~".repeat(300),
      "\u001b[2J",
      ...consoleOf(passing, otherHash),
    ),
  );
  const texts = [passing, failingCheck, failingStep].map((said) => consoleOf(said));

  /** A console's lines, cut, dropped, repeated, out of order, with junk between and inside. */
  const mangled = (lines: readonly string[]) =>
    fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...lines) },
          { weight: 1, arbitrary: junk },
          {
            weight: 2,
            arbitrary: fc
              .tuple(fc.constantFrom(...lines), fc.nat(120), junk)
              .map(([line, at, inside]) => line.slice(0, at) + inside + line.slice(at)),
          },
          {
            weight: 1,
            arbitrary: fc
              .tuple(fc.constantFrom(...lines), fc.nat(120))
              .map(([line, at]) => line.slice(0, at)),
          },
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join("\r\n"));

  test("a build that did not say that it passed never passes", () => {
    const notPassing = fc.oneof(...texts.slice(1).map(mangled));
    fc.assert(
      fc.property(notPassing, (text) => {
        expect(parseVerdict(text, hash).state).not.toBe("passed");
      }),
      { numRuns: 500 },
    );
  });

  test("a passing build is passed exactly when the verdict and every pass came through", () => {
    const lines = consoleOf(passing);
    const needed = [2, 4, 5].map((index) => lines[index] ?? "");
    let passed = 0;
    fc.assert(
      fc.property(mangled(lines), (text) => {
        const whole = needed.every((line) => text.includes(line));
        const { state } = parseVerdict(text, hash);
        if (state === "passed") passed += 1;
        expect(state === "passed").toBe(whole);
      }),
      { numRuns: 500 },
    );
    expect(passed).toBeGreaterThan(0);
  });

  test("a truncation never turns a failing build into a passing one, and keeps the verdict's reason", () => {
    for (const lines of texts.slice(1)) {
      const text = lines.join("\r\n");
      for (let length = 0; length <= text.length; length += 1) {
        expect(parseVerdict(text.slice(0, length), hash).state).not.toBe("passed");
        expect(parseVerdict(text.slice(length), hash).state).not.toBe("passed");
      }
    }
  });

  test("a megabyte of what looks like a line is read at once", () => {
    const text = `reconcile:${hash.slice(0, 16)} 1 pass `.repeat(30_000);
    expect(parseVerdict(text, hash).state).toBe("none");
  });
});
