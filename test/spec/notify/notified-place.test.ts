import { describe, expect, test } from "vitest";
import fc from "../../fast-check.ts";
import { mistakeIn, placesOf } from "./notified-places.ts";

const WHAT = "a mail address, an https URL or the ARN of an SNS topic";

describe("a mail address", () => {
  test.each(["ops@example.com", "first.last+tag@mail.example.co.nz", "O'Neil_1@EXAMPLE.com"])(
    "%s",
    (address) => {
      expect(placesOf([address])).toEqual([{ kind: "email", value: address }]);
    },
  );

  test("has a local part of at most 64 characters", () => {
    const address = (length: number) => `${"a".repeat(length)}@example.com`;
    expect(placesOf([address(64)])).toHaveLength(1);
    expect(mistakeIn(address(65))).toMatch(/ is not a valid mail address → for example /);
  });

  test.each([
    ["ops@example", '"ops@example" is not a valid mail address → for example ops@example.com'],
    ["@example.com", '"@example.com" is not a valid mail address → for example ops@example.com'],
    ["ops@", '"ops@" is not a valid mail address → for example ops@example.com'],
    ["o@ps@a.com", '"o@ps@a.com" is not a valid mail address → for example ops@example.com'],
    [
      "ops@example.com, dev@example.com",
      '"ops@example.com, dev@example.com" is not a valid mail address → write each address as an item of its own',
    ],
    [
      "Operations <ops@example.com>",
      "only the mail address itself can be here → write ops@example.com",
    ],
    ["mailto:ops@example.com", "a mail address needs no mailto: → remove mailto:"],
  ])("%s is none", (written, mistake) => {
    expect(mistakeIn(written)).toBe(`notify.to[0]: ${mistake}`);
  });
});

describe("a URL", () => {
  test.each([
    "https://hooks.example.com/reconcile",
    "https://example.com",
    "https://hooks.example.com:8443/a?token=secret&b=c",
    "HTTPS://Hooks.Example.com/A",
  ])("%s", (url) => {
    expect(placesOf([url])).toEqual([{ kind: "https", value: url }]);
  });

  const secret = "hunter2";
  const fragment =
    "the URL has a fragment (what follows #), which no server gets → remove # and what follows it";
  const plain =
    "notifications would be sent over plain http, which everybody on the way can read → write https:// in the place of http://";
  const login =
    "the URL contains a user name or password, which AWS would store → use a URL that needs no user name or password";
  const invalid = `this is not a valid https URL → write ${WHAT}; for example ops@example.com`;
  const unreachable = (host: string) =>
    `SNS cannot reach ${host}: it needs a host name that the internet knows → write a URL such as https://hooks.example.com/reconcile`;

  test.each([
    [`http://hooks.example.com/?token=${secret}`, plain],
    [`https://me:${secret}@hooks.example.com/`, login],
    [`https://${secret}@hooks.example.com/`, login],
    [`https://hooks.example.com/#${secret}`, fragment],
    ["https://hooks.example.com/a#", fragment],
    [`https://hooks.example.com/a b?${secret}`, invalid],
    [`https://:443/${secret}`, invalid],
    [`ftp://hooks.example.com/${secret}`, invalid],
    [`https://localhost/${secret}`, unreachable("localhost")],
    [`https://10.0.0.1/${secret}`, unreachable("10.0.0.1")],
    [`https://[::1]/${secret}`, unreachable("[::1]")],
    [
      "hooks.example.com/reconcile",
      'the address at "hooks.example.com" has no https:// at its start → write https://hooks.example.com and the rest of the address',
    ],
  ])("%s is none, and no secret in it is repeated", (written, mistake) => {
    const said = mistakeIn(written);
    expect(said).toBe(`notify.to[0]: ${mistake}`);
    expect(said).not.toContain(secret);
  });

  test("has at most 2048 characters", () => {
    const start = "https://hooks.example.com/";
    const url = (length: number) => start + "a".repeat(length - start.length);
    expect(placesOf([url(2048)])).toHaveLength(1);
    expect(mistakeIn(url(2049))).toBe(
      `notify.to[0]: ${WHAT} can have at most 2048 characters, but this one has 2049 → shorten it by 1`,
    );
  });
});

describe("a topic", () => {
  test.each([
    "arn:aws:sns:ap-southeast-2:111111111111:ops",
    "arn:aws-us-gov:sns:us-gov-west-1:111111111111:Ops_2-a",
    `arn:aws:sns:ap-southeast-2:111111111111:${"a".repeat(256)}`,
  ])("%s", (arn) => {
    expect(placesOf([arn])).toEqual([{ kind: "topic", value: arn }]);
  });

  const form = "write arn:aws:sns:, the region, the account, a colon and the topic's name";

  test.each([
    [
      "arn:aws:sns:ap-southeast-2:111111111111:ops:01234567-89ab-cdef-0123-456789abcdef",
      "this is the ARN of a subscription, not of a topic → write arn:aws:sns:ap-southeast-2:111111111111:ops",
    ],
    [
      "arn:aws:sns:ap-southeast-2:111111111111:ops.fifo",
      "this topic is of the type FIFO, which delivers to queues alone → use a topic of the type standard",
    ],
    [
      "arn:aws:sqs:ap-southeast-2:111111111111:ops",
      `this is an ARN of sqs, not of an SNS topic → ${form}`,
    ],
    [
      "arn:aws:sns:ap-southeast-2:1111:ops",
      `"arn:aws:sns:ap-southeast-2:1111:ops" is not the ARN of an SNS topic → ${form}`,
    ],
    ["arn:aws", `"arn:aws" is not the ARN of an SNS topic → ${form}`],
  ])("%s is none", (written, mistake) => {
    expect(mistakeIn(written)).toBe(`notify.to[0]: ${mistake}`);
  });
});

test.each([
  ["#ops", `expected ${WHAT}, but this is "#ops" → for example ops@example.com`],
  ["", `expected ${WHAT}, but the text is empty → for example ops@example.com`],
  [5, `expected ${WHAT}, but YAML reads 5 as a number → for example ops@example.com`],
  [{ email: "ops@example.com" }, `expected ${WHAT}, but this is a mapping → `],
])("%j is no place", (written, mistake) => {
  expect(mistakeIn(written)).toContain(mistake);
});

test("whatever a place is, it is read soon, and is one of the three or a mistake", () => {
  const part = fc.constantFrom("https://", "http:", "arn:aws:sns:", "@", "a.", "-", ":", "/", " ");
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string())), (parts) => {
      const text = parts.join("");
      fc.pre(text !== "");
      let kinds: unknown;
      try {
        kinds = placesOf([text])?.map(({ kind }) => kind);
      } catch {
        expect(mistakeIn(text)).toMatch(/^notify\.to\[0\]: ./);
        return;
      }
      expect([["email"], ["https"], ["topic"]]).toContainEqual(kinds);
    }),
  );
});
