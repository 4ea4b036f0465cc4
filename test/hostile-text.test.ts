import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseSync } from "rolldown/utils";
import { describe, expect, test } from "vitest";
import { requireAnswerOfAws } from "../src/aws/answer-check.ts";
import { classify } from "../src/aws/errors.ts";
import { firstWords, quoted } from "../src/aws/neutral-words.ts";
import { proxyFor } from "../src/aws/proxy.ts";
import { physicalName } from "../src/engine/physical-name.ts";
import { parseVerdict } from "../src/image/verdict.ts";
import { checkUserData } from "../src/sandbox/ec2/instances/launch.ts";
import { filtered } from "../src/sandbox/filters.ts";
import { projectOfRequirement } from "../src/sandbox/guest/python.ts";
import { readRequirements } from "../src/sandbox/guest/python-packages.ts";
import { globExpression } from "../src/sandbox/guest/shell/expand.ts";
import { parseShell } from "../src/sandbox/guest/shell/parse.ts";
import { WireRequest } from "../src/sandbox/protocol/request.ts";

/** Milliseconds of the processor, the least of some tries: what else runs, and what V8 does besides, does not count. */
function least(tries: number, work: () => unknown): number {
  const times = Array.from({ length: tries }, () => {
    const { user: before } = process.threadCpuUsage();
    work();
    return (process.threadCpuUsage().user - before) / 1000;
  });
  return Math.min(...times);
}

/** Whether time grows faster than the text: of eight times the length, a square takes sixty-four times as long. */
function isTooSlow(length: number, work: (length: number) => unknown): boolean {
  // Far above what reading each character some times takes, and far below a square on the quickest machine.
  const quick = length / 20_000;
  if (least(1, () => work(length)) < quick) return false;
  const floor = quick / 4;
  return (
    least(3, () => work(8 * length)) >
    24 *
      Math.max(
        least(3, () => work(length)),
        floor,
      )
  );
}

interface Expression {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression that the source has as a literal. */
function expressionsOf(root: string): readonly Expression[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  return files
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => {
      const found: Expression[] = [];
      const { program } = parseSync(path, readFileSync(join(root, path), "utf8"));
      JSON.stringify(program, (key, value: unknown) => {
        if (key !== "regex") return typeof value === "bigint" ? String(value) : value;
        const { pattern = "", flags = "" } = Object(value);
        found.push({ place: `${path}: /${pattern}/${flags}`, source: pattern, flags });
        return undefined;
      });
      return found;
    });
}

const expressions = expressionsOf(join(import.meta.dirname, "../src"));

/** Texts that begin as the expression does, go on for ever with what it repeats, and then do not end as it wants. */
function* attacksOn(source: string): Iterable<(length: number) => string> {
  const words = source.replace(/\\[a-zA-Z]|\\(.)/g, "$1").match(/[\w .:/=<-]{2,}/g) ?? [];
  const characters = [..." \t\n\r", ..."aA0", ..."-_./:=#,;<([{\"'$*@+!"];
  for (const pump of [...words, ...words.map((word) => ` ${word} `), ...characters]) {
    for (const prefix of ["", ...words, "a", "a0", "-=", "${", "[", "{"]) {
      yield (length) => `${prefix}${pump.repeat(length / pump.length)}\0\n${pump.at(-1)}\u0001`;
      yield (length) => `${prefix}${pump.repeat(length / pump.length)} \u0001`;
    }
  }
}

test("the expressions of the source are found", () => {
  expect(expressions.length).toBeGreaterThan(300);
  expect(expressions.map(({ place }) => place)).toContain(
    "aws/errors.ts: /\\.NotFound(Exception)?$/",
  );
});

test("no expression takes more time than its text is long", () => {
  const slow = expressions.filter(({ source, flags }) => {
    const expression = new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
    return [...attacksOn(source)].some((attack) =>
      isTooSlow(5_000, (length) => attack(length).replace(expression, "")),
    );
  });
  expect(slow.map(({ place }) => place)).toEqual([]);
});

const destination = { url: "https://ec2.example.com" };

function answered(text: string): void {
  const response = { statusCode: 200, headers: {} };
  requireAnswerOfAws({ body: "Action=DescribeVpcs" }, response, Buffer.from(text), destination);
}

function failed(message: string, operation = "ec2:DescribeVpcs"): void {
  classify(Object.assign(new Error(message), { name: "UnauthorizedOperation" }), operation);
}

function filteredBy(value: string, tag: string): void {
  filtered([tag], [{ Name: "tag", Values: [value] }], { tag: (each) => each });
}

/** What cannot be read may be refused, as long as that is done at once. */
function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("a hundred thousand hostile characters are read at once:", () => {
  test.each<[what: string, read: (length: number) => unknown]>([
    ["a page of comments", (n) => answered("<!-- a -->".repeat(n / 10))],
    ["a comment that opens again and again", (n) => answered("<!--".repeat(n / 4))],
    ["an answer of white space", (n) => answered(" ".repeat(n))],
    ["an answer of elements", (n) => answered("<Error><Code>".repeat(n / 13))],
    ["a page of styles", (n) => firstWords(Buffer.from("<style".repeat(n / 6)))],
    ["words of white space", (n) => quoted(`a${" \t".repeat(n / 2)}b`)],
    ["a message of white space", (n) => failed(`a${" ".repeat(n)}b`)],
    ["a message of denials", (n) => failed("not authorized to perform: a:".repeat(n / 29))],
    ["a message of deletes", (n) => failed("pending ".repeat(n / 8), "autoscaling:X")],
    [
      "a proxy's exceptions",
      (n) =>
        proxyFor(
          { protocol: "https:", hostname: "a".repeat(200) },
          { HTTPS_PROXY: "http://a", NO_PROXY: `${"*.".repeat(n / 2)}:${"[".repeat(n)}` },
        ),
    ],
    [
      "a name of dashes",
      (n) =>
        physicalName({
          stack: "-".repeat(n),
          address: "a/a",
          generation: undefined,
          maxLength: n,
        }),
    ],
    ["an authorization", (n) => requestWith("Credential=l".repeat(n / 12)).scope],
    ["user data of tabs", (n) => checkUserData(`${"\t".repeat(n)}\0`)],
    ["a requirement of tabs", (n) => projectOfRequirement(`a${"\t".repeat(n)}]`)],
    ["requirements of comments", (n) => readRequirements(`${" #".repeat(n / 2)}\r`)],
    ["a variable without an end", (n) => parseShell(`\${a${"a".repeat(n)}`)],
    ["a default without an end", (n) => parseShell(`\${a:-${"-".repeat(n)}`)],
    ["a console of nothing", (n) => parseVerdict(" \n".repeat(n / 2), "h")],
    ["a console of marks", (n) => parseVerdict("reconcile: ".repeat(n / 11), "h")],
    ["a pattern of brackets", (n) => globExpression("[".repeat(n))],
    ["many stars, and a path", (n) => globExpression("*a".repeat(50)).test("a".repeat(n))],
    ["many stars, and a text", (n) => filteredBy(`${"*a".repeat(50)}b`, "a".repeat(n))],
    ["many wildcards, and a text", (n) => filteredBy(`${"*?a".repeat(50)}b`, "a".repeat(n))],
  ])("%s", (_what, read) => {
    expect(isTooSlow(100_000, (length) => attempt(() => read(length)))).toBe(false);
  });
});

function requestWith(authorization: string): WireRequest {
  return new WireRequest({ method: "POST", headers: { authorization } });
}
