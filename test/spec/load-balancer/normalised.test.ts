import { expect, test } from "vitest";
import type { Stack } from "../../../src/spec/stack.ts";
import { LEAST, load } from "../stacks.ts";

test.each<[why: string, text: string, pick: (stack: Stack) => unknown, unknown]>([
  [
    "a listener passes on to the application, and the check asks there",
    `${LEAST}loadBalancer: {}\napplication: { source: { file: a.py }, command: a, port: 8000 }\n`,
    ({ loadBalancer }) => [loadBalancer?.listeners, loadBalancer?.healthCheck.target],
    [[{ port: 80, protocol: "http", to: 8000 }], "HTTP:8000/"],
  ],
  [
    "without an application, a listener passes on to its own port, and a tcp one is checked by a connection",
    `${LEAST}loadBalancer: { listeners: [{ port: 25, protocol: tcp }] }\n`,
    ({ loadBalancer }) => [loadBalancer?.listeners, loadBalancer?.healthCheck.target],
    [[{ port: 25, protocol: "tcp", to: 25 }], "TCP:25"],
  ],
])("%s", (_why, text, pick, expected) => {
  expect(pick(load(text))).toEqual(expected);
});
