import { describe, expect, test } from "vitest";
import type { Change, FieldChange } from "../../src/engine/plan-format.ts";
import { fieldBlocks } from "../../src/ui/field-blocks.ts";
import { field } from "./documents.ts";
import { TYPES } from "./types.ts";

const rule = (port: number | null, peer: string, protocol = "tcp") => ({
  protocol,
  fromPort: port,
  toPort: port,
  peer,
});

function blocksOf(action: Change["action"], ...fields: readonly FieldChange[]) {
  return fieldBlocks({ address: "security-group/web", action, because: "", fields }, TYPES);
}

describe("the sign of a field says what becomes of it", () => {
  test.each<[string, FieldChange, string]>([
    ["one that is new", field("a", { after: "x" }), "+"],
    ["one that was empty", field("a", { before: [], after: ["x y"] }), "+"],
    ["one that goes", field("a", { before: "x", after: "" }), "-"],
    ["one whose last member goes", field("a", { before: ["x y"], after: [] }), "-"],
    ["one that changes", field("a", { before: 1, after: 2 }), "~"],
    ["one that is known later", field("a", { before: "x", known: false }), "~"],
    ["one that is new and known later", field("a", { known: false }), "+"],
    ["zero is a value", field("a", { before: 0, after: 1 }), "~"],
    ["false is a value", field("a", { before: true, after: false }), "~"],
  ])("%s", (_what, one, sign) => {
    expect(blocksOf("update", one).map((block) => block.sign)).toEqual([sign]);
  });

  test("one that forces a replacement, in a replacement alone", () => {
    const forcing = field("a", { before: 1, after: 2, forcesReplace: true });
    expect(blocksOf("replace", forcing)[0]?.sign).toBe("±");
    expect(blocksOf("update", forcing)[0]?.sign).toBe("~");
  });

  test("one that an existing object does not show, and only then", () => {
    const of = (action: Change["action"], path: string) =>
      fieldBlocks(
        {
          address: "auto-scaling-group/shop",
          action,
          because: "",
          fields: [field(path, { after: 60 })],
        },
        TYPES,
      )[0]?.sign;
    expect(of("update", "rollout.warmup")).toBe("·");
    expect(of("replace", "rollout")).toBe("·");
    expect(of("create", "rollout.warmup")).toBe("+");
    expect(of("update", "rollouts")).toBe("+");
    expect(of("update", "cooldown")).toBe("+");
  });

  test("members of a record have their own", () => {
    const tags = field("tags", { before: { a: "1", b: "1" }, after: { a: "2", c: "1" } });
    const signs = blocksOf("update", tags).map(({ path, sign }) => `${sign} ${path}`);
    expect(signs).toEqual(["~ tags.a", "~ tags.b", "+ tags.c"]);
  });
});

describe("a rule that opens a port to the world is apart from others", () => {
  const runsOf = (path: string, after: readonly object[], before: readonly object[] = []) =>
    blocksOf("update", field(path, { before, after })).flatMap(({ runs }) =>
      runs.map((run) => ("lines" in run ? [run.kind, run.exposure, run.lines] : [run.kind])),
    );

  test.each([
    ["SSH", rule(22, "0.0.0.0/0"), "everything"],
    ["all traffic", rule(null, "0.0.0.0/0", "-1"), "everything"],
    ["SSH by IPv6", rule(22, "::/0"), "everything"],
    ["half the world", rule(22, "128.0.0.0/1"), "everything"],
    ["all of IPv6 that is routed", rule(22, "2000::/3"), "everything"],
    ["a port of an application", rule(8080, "0.0.0.0/0"), "everything"],
    ["ping", rule(null, "0.0.0.0/0", "icmp"), "everything"],
    ["a web port by another protocol", rule(80, "0.0.0.0/0", "udp"), "everything"],
    ["HTTP", rule(80, "0.0.0.0/0"), "web"],
    ["HTTPS by IPv6", rule(443, "::/0"), "web"],
  ])("%s", (_what, open, exposure) => {
    const [run] = runsOf("ingress", [open]);
    expect(run?.slice(0, 2)).toEqual(["added", exposure]);
    expect(String(run?.[2])).toMatch(/\(open to the world\)$/);
  });

  test.each([
    ["an office", rule(22, "203.0.113.0/24")],
    ["a private network", rule(22, "10.0.0.0/8")],
    ["a network of a provider", rule(22, "2001:db8::/32")],
    ["a group", rule(22, "sg-0a1b2c3d")],
  ])("%s is not", (_what, closed) => {
    expect(runsOf("ingress", [closed])[0]?.[1]).toBeUndefined();
  });

  test("what goes out is not", () => {
    expect(runsOf("egress", [rule(null, "0.0.0.0/0", "-1")])[0]?.[1]).toBeUndefined();
  });

  test("beside others it has a run of its own, and one that goes says what it opened", () => {
    expect(
      runsOf("ingress", [rule(80, "sg-1"), rule(22, "0.0.0.0/0")], [rule(23, "::/0")]),
    ).toEqual([
      ["removed", "everything", ["- tcp 23, ::/0 (open to the world)"]],
      ["added", undefined, ["+ tcp 80, sg-1"]],
      ["added", "everything", ["+ tcp 22, 0.0.0.0/0 (open to the world)"]],
    ]);
  });
});
