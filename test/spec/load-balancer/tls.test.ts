import { expect, test } from "vitest";
import { loadStack } from "../../../src/spec/load.ts";
import { LEAST } from "../stacks.ts";

const only = "the only valid value is modern";
const old = "modern is TLS 1.2 and above, and older versions are not safe";
const number = "the version of TLS is not given as a number: modern is TLS 1.2 and above";
const policy =
  "AWS's security policies cannot be chosen by their names: modern is TLS 1.2 and above";

test.each([
  ["1.2", number, only],
  ['"1.3"', number, only],
  ["TLSv1.2", number, only],
  ["TLS 1.3", number, only],
  ["tls1_2", number, only],
  ["1.0", old, only],
  ["1.1", old, only],
  ["TLS-1.1", old, only],
  ["SSLv3", old, only],
  ["ELBSecurityPolicy-TLS13-1-2-2021-06", policy, only],
  ["Modern", '"Modern" is not a valid value', "did you mean modern?"],
  ["strict", '"strict" is not a valid value', only],
  ["1.25", "1.25 is not a valid value", only],
  ["true", "true is not a valid value", only],
])("tls: %s is a mistake", (written, message, help) => {
  const text = `${LEAST}loadBalancer: { type: application, tls: ${written} }\n`;
  expect(loadStack(text, { file: "a.yaml" })).toMatchObject({
    errors: [{ path: "loadBalancer.tls", message, help }],
  });
});
