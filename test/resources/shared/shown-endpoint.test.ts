import { expect, test } from "vitest";
import { shownEndpoint, withShownEndpoint } from "../../../src/resources/shared/shown-endpoint.ts";

const masked = /^https:\/\/hooks\.example\.com\/… \([0-9a-f]{6}\)$/;

test.each([
  ["https://hooks.example.com/services/secret", masked],
  ["https://hooks.example.com/?token=secret", masked],
  ["https://hooks.example.com?token=secret", masked],
  ["https://user:secret@hooks.example.com", masked],
  ["https://hooks.example.com/#secret", masked],
  ["HTTPS://HOOKS.example.com/secret", masked],
  ["https://hooks.example.com:8443/secret", /^https:\/\/hooks\.example\.com:8443\/… \(.{6}\)$/],
  ["http://hooks.example.com/secret", /^http:\/\/hooks\.example\.com\/… \(.{6}\)$/],
  ["https://[secret/secret", /^https:\/\/\/… \(.{6}\)$/],
])("of the address %s, only the host and its port are shown", (address, expected) => {
  expect(shownEndpoint(address)).toMatch(expected);
  expect(shownEndpoint(address)).not.toContain("secret");
});

test.each([
  ["https://hooks.example.com", "https://hooks.example.com"],
  ["https://hooks.example.com/", "https://hooks.example.com"],
  ["https://hooks.example.com:8443", "https://hooks.example.com:8443"],
  ["ops@example.com", "ops@example.com"],
  ["https@example.com", "https@example.com"],
  ["arn:aws:sqs:eu-west-1:111111111111:ops", "arn:aws:sqs:eu-west-1:111111111111:ops"],
])("%s has nothing to hide", (endpoint, expected) => {
  expect(shownEndpoint(endpoint)).toBe(expected);
});

test("the same digest always stands for the same address, and tells it from others of its host", () => {
  const [one, other] = ["https://hooks.example.com/a", "https://hooks.example.com/b"] as const;
  expect(shownEndpoint(one)).toBe(shownEndpoint(one));
  expect(shownEndpoint(one)).not.toBe(shownEndpoint(other));
});

test("a text has it in the place of the address, wherever that is", () => {
  const address = "https://hooks.example.com/$&secret";
  const shown = shownEndpoint(address);
  const text = withShownEndpoint(`${address} is not ${address}`, address);
  expect(text).toBe(`${shown} is not ${shown}`);
});
