import { describe, expect, test } from "vitest";
import type { Stack } from "../../src/spec/stack.ts";
import {
  checkTopics,
  existingTopicsOf,
  isToldOf,
  notifyResources,
  topicsOf,
} from "../../src/stack/notify.ts";
import { compiledFields, minimal } from "./stacks.ts";

const ops = "arn:aws:sns:ap-southeast-2:111111111111:ops";
const own = { ref: "topic/shop", output: "arn" };
const mail = { kind: "email", value: "ops@example.com" } as const;
const url = { kind: "https", value: "https://hooks.example.com/r?key=1" } as const;
const existing = { kind: "topic", value: ops } as const;

type Notify = NonNullable<Stack["notify"]>;

const everything: Notify["on"] = ["alarms", "launches", "applies"];

function notifying(to: Notify["to"], on = everything): Stack {
  return { ...minimal, notify: { to, on } };
}

describe("the stack's own topic", () => {
  test("has a subscription for each mail address and each URL", () => {
    expect(compiledFields(notifying([mail, url, existing]), "topic/shop")).toEqual({
      displayName: "reconcile shop",
      subscriptions: [
        { protocol: "email", endpoint: "ops@example.com" },
        { protocol: "https", endpoint: "https://hooks.example.com/r?key=1" },
      ],
      tags: { team: "payments" },
    });
  });

  test.each<[what: string, stack: Stack]>([
    ["nobody is told of anything", minimal],
    ["only existing topics are told", notifying([existing])],
    ["a URL is told of applies alone, which it gets directly", notifying([url], ["applies"])],
  ])("does not exist where %s", (_, stack) => {
    expect(notifyResources(stack)).toEqual([]);
    expect(topicsOf(stack)).toEqual(existingTopicsOf(stack));
  });

  test("has mail addresses alone where URLs need no subscription", () => {
    expect(compiledFields(notifying([mail, url], ["applies"]), "topic/shop")).toMatchObject({
      subscriptions: [{ protocol: "email", endpoint: "ops@example.com" }],
    });
  });
});

test("the topics that are told are the own one, by reference, and the existing ones", () => {
  expect(topicsOf(notifying([existing, mail]))).toEqual([own, ops]);
  expect(topicsOf(notifying([url], ["launches"]))).toEqual([own]);
  expect(topicsOf(minimal)).toEqual([]);
});

test("people are told of what the stack file lists", () => {
  const stack = notifying([mail], ["alarms"]);
  expect(isToldOf(stack, "alarms")).toBe(true);
  expect(isToldOf(stack, "applies")).toBe(false);
  expect(isToldOf(minimal, "alarms")).toBe(false);
});

describe("an existing topic", () => {
  const stack = notifying([mail, existing]);

  test("that exists is right", () => {
    const found = new Map([[ops, { kind: "found" } as const]]);
    expect(checkTopics(stack, found)).toEqual({ findings: [], doubts: [] });
  });

  test("that does not exist is an error at its place", () => {
    const found = new Map([[ops, { kind: "missing" } as const]]);
    expect(checkTopics(stack, found)).toMatchObject({
      findings: [
        { severity: "error", path: ["notify", "to", 1], message: "this topic does not exist" },
      ],
      doubts: [],
    });
  });

  test("that may not be looked up is a warning", () => {
    const found = new Map([[ops, { kind: "denied", why: "no" } as const]]);
    expect(checkTopics(stack, found)).toMatchObject({
      findings: [],
      doubts: [
        { severity: "warning", summary: `whether the topic ${ops} exists was not checked (no)` },
      ],
    });
  });
});
