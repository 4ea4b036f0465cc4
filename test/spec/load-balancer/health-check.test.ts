import { describe, expect, test } from "vitest";
import { loadStack } from "../../../src/spec/load.ts";
import { LEAST, load } from "../stacks.ts";

const withCheck = (check: string) =>
  `${LEAST}loadBalancer:\n  type: application\n  healthCheck:\n    ${check}\n`;

function checkOf(check: string) {
  return load(withCheck(check)).loadBalancer?.healthCheck;
}

function mistakeIn(check: string): string {
  const loaded = loadStack(withCheck(check), { file: "a.yaml" });
  if (!("errors" in loaded)) throw new Error("no error");
  return loaded.errors.map(({ message, help }) => `${message} → ${help}`).join("\n");
}

describe("status", () => {
  test.each([
    ["200", "200"],
    ['"200"', "200"],
    ["499", "499"],
    ["200,202", "200,202"],
    ["200-299", "200-299"],
    ["200-200", "200-200"],
    ["200-299,401,403-404", "200-299,401,403-404"],
  ])("%s", (written, status) => {
    expect(checkOf(`status: ${written}`)).toMatchObject({ status });
  });

  const notList = (written: string) => `"${written}" is not a valid list of status codes`;
  const forms = 'for example 200, "200,202" or 200-299';

  test.each([
    [
      "199",
      `a health check cannot expect the status 199 → use status codes from 200 to 499: ${forms}`,
    ],
    [
      "500",
      `a health check cannot expect the status 500 → use status codes from 200 to 499: ${forms}`,
    ],
    [
      "200-500",
      `a health check cannot expect the status 500 → use status codes from 200 to 499: ${forms}`,
    ],
    ["299-200", 'the range "299-200" runs backwards → write 200-299'],
    ["2xx", `${notList("2xx")} → write 200-299`],
    ["2XX,404", `${notList("2XX,404")} → write "200-299,404"`],
    ["200, 202", `${notList("200, 202")} → write "200,202"`],
    ["200 - 299", `${notList("200 - 299")} → write 200-299`],
    ["200,", `${notList("200,")} → ${forms}`],
    ["OK", `${notList("OK")} → ${forms}`],
    ["20", `20 is not a valid list of status codes → ${forms}`],
    ["true", `expected status codes, but this is true → ${forms}`],
    ["[200, 202]", `expected status codes, but this is a list → ${forms}`],
  ])("%s is a mistake", (written, mistake) => {
    expect(mistakeIn(`status: ${written}`)).toBe(mistake);
  });
});

describe("path", () => {
  test.each(["/", "/health", "/up?full=1", `/${"a".repeat(1023)}`])("%s", (path) => {
    expect(checkOf(`path: ${path}`)).toMatchObject({ path });
  });

  const form = "use a path that starts with a slash and has no spaces; for example /health";

  test.each([
    ["health", 'a health check path starts with a slash, but this is "health" → write /health'],
    ["http://a/up", `"http://a/up" is not a valid health check path → ${form}`],
    ["HTTP:80/up", `"HTTP:80/up" is not a valid health check path → ${form}`],
    ["/a b", `"/a b" is not a valid health check path → ${form}`],
    [
      `/${"a".repeat(1024)}`,
      "a health check path can have at most 1024 characters, but this one has 1025 → shorten it by 1",
    ],
  ])("%s is a mistake", (written, mistake) => {
    expect(mistakeIn(`path: ${written}`)).toBe(mistake);
  });
});
