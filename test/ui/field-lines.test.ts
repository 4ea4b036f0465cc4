import { describe, expect, test } from "vitest";
import { describeValue, fieldLines } from "../../src/ui/field-lines.ts";
import { contrast } from "../../src/ui/text.ts";
import { field } from "./documents.ts";

const http = { protocol: "tcp", fromPort: 80, toPort: 80, peer: "0.0.0.0/0" };
const ssh = { protocol: "tcp", fromPort: 22, toPort: 22, peer: "203.0.113.10/32" };

describe("fieldLines", () => {
  test.each([
    [
      "a value is shown before and after",
      field("cooldown", { before: 30, after: 60 }),
      [{ kind: "changed", path: "cooldown", before: "30", after: "60" }],
    ],
    [
      "a value that was not there is only set",
      field("min", { after: 2 }),
      [{ kind: "set", path: "min", after: "2" }],
    ],
    [
      "a list is a set: its members are added and removed",
      field("ingress", { before: [http], after: [ssh] }),
      [
        {
          kind: "removed",
          path: "ingress",
          member: "tcp 80, 0.0.0.0/0",
        },
        {
          kind: "added",
          path: "ingress",
          member: "tcp 22, 203.0.113.10/32",
        },
      ],
    ],
    [
      "members that stay are not repeated, whatever the order of their keys",
      field("ingress", {
        before: [{ peer: "0.0.0.0/0", protocol: "tcp", toPort: 80, fromPort: 80 }],
        after: [http, ssh],
      }),
      [expect.objectContaining({ kind: "added" })],
    ],
    [
      "a record is shown by the keys that differ",
      field("tags", { before: { team: "a", cost: "1" }, after: { team: "b", cost: "1" } }),
      [{ kind: "changed", path: "tags.team", before: "a", after: "b" }],
    ],
    [
      "a new key of a record is set",
      field("tags", { before: {}, after: { team: "b" } }),
      [{ kind: "set", path: "tags.team", after: "b" }],
    ],
    [
      "what is not known yet says so",
      field("imageId", { before: "ami-1", known: false }),
      [{ kind: "changed", path: "imageId", before: "ami-1", after: "(known after apply)" }],
    ],
    [
      "what is known of a value that is not known whole is shown",
      field("ingress", { after: [{ ...http, peer: "known after apply" }], known: false }),
      [{ kind: "added", path: "ingress", member: "tcp 80, (known after apply)" }],
    ],
    ["nothing to be made of nothing is no news", field("run", { after: "" }), []],
    [
      "what becomes empty is news",
      field("run", { before: "true", after: "" }),
      [{ kind: "changed", path: "run", before: "true", after: '""' }],
    ],
    [
      "two long values show where they differ",
      field("application", {
        before: `${"x".repeat(80)}; as afterpay on port 80${"y".repeat(80)}`,
        after: `${"x".repeat(80)}; as nobody on port 80${"y".repeat(80)}`,
      }),
      [
        {
          kind: "changed",
          path: "application",
          before: expect.stringMatching(/^…x+; as afterpay on port 80y+…$/),
          after: expect.stringMatching(/^…x+; as nobody on port 80y+…$/),
        },
      ],
    ],
    [
      "a digest is told by its first digits",
      field("script", { before: `sha256:${"a".repeat(64)}`, after: `sha256:${"b".repeat(64)}` }),
      [
        {
          kind: "changed",
          path: "script",
          before: `sha256:${"a".repeat(12)}`,
          after: `sha256:${"b".repeat(12)}`,
        },
      ],
    ],
    [
      "a list of texts that is all new stays on one line",
      field("subnets", { after: ["subnet-a", "subnet-b"] }),
      [{ kind: "set", path: "subnets", after: "subnet-a, subnet-b" }],
    ],
    [
      "another order of the same members is still a difference",
      field("run", { before: ["a", "b"], after: ["b", "a"] }),
      [{ kind: "changed", path: "run", before: "a, b", after: "b, a" }],
    ],
  ])("%s", (_reason, change, expected) => {
    expect(fieldLines(change)).toEqual(expected);
  });
});

describe("describeValue", () => {
  test.each([
    [
      "all traffic",
      { protocol: "-1", fromPort: null, toPort: null, peer: "::/0" },
      "all traffic, ::/0",
    ],
    ["a range", { protocol: "udp", fromPort: 1, toPort: 9, peer: "sg-1" }, "udp 1-9, sg-1"],
    [
      "every type of ICMP",
      { protocol: "icmp", fromPort: -1, toPort: -1, peer: "sg-1" },
      "icmp, sg-1",
    ],
  ])("says a rule as people write it: %s", (_reason, rule, said) => {
    expect(describeValue(rule)).toBe(said);
  });

  test("says a listener as people write it", () => {
    const listener = {
      port: 80,
      protocol: "HTTP",
      instancePort: 8080,
      instanceProtocol: "HTTP",
    };
    expect(describeValue(listener)).toBe("HTTP 80 to HTTP 8080");
  });

  test("cuts a long value in the middle, so that both ends tell it apart", () => {
    const text = describeValue(`begin${"x".repeat(500)}end`);
    expect(text.length).toBeLessThan(100);
    expect(text).toMatch(/^begin.*….*end$/);
  });

  test("obeys no control character", () => {
    expect(describeValue("a\u001b[2Jb\nc\u202ed")).toBe("a\\u001b[2Jb\\nc\\u202ed");
  });

  test("says once that no part of a value is known", () => {
    const unknown = "known after apply";
    expect(describeValue({ id: unknown, version: unknown })).toBe("(known after apply)");
    expect(describeValue({ id: "lt-1", version: unknown })).toBe(
      "id lt-1, version (known after apply)",
    );
  });

  test("says a reference as a person would", () => {
    expect(describeValue({ ref: "security-group/web", output: "id" })).toBe(
      "security-group/web's id",
    );
  });
});

describe("two values that differ and do not fit", () => {
  test("ids, which differ almost everywhere, keep both ends", () => {
    expect(contrast("ami-099ec9755d9962233", "ami-0a09334f9092ba0b2", 18)).toEqual([
      "ami-099ec…d9962233",
      "ami-0a093…092ba0b2",
    ]);
  });

  test("long texts keep what differs, wherever it is", () => {
    const [before, after] = contrast(`${"x".repeat(40)}1 end`, `${"x".repeat(40)}2 end`, 18);
    expect(before).toMatch(/^…x+1 end$/);
    expect(after).toMatch(/^…x+2 end$/);
  });
});
