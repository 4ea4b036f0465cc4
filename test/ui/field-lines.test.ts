import { describe, expect, test } from "vitest";
import { KNOWN_AFTER_APPLY, NOT_STORED, Several } from "../../src/engine/worded.ts";
import { fieldLines } from "../../src/ui/field-lines.ts";
import { words } from "../../src/ui/value-words.ts";
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
      field("ingress", { after: [{ ...http, peer: KNOWN_AFTER_APPLY }], known: false }),
      [{ kind: "added", path: "ingress", member: "tcp 80, (known after apply)" }],
    ],
    ["nothing to be made of nothing is no news", field("run", { after: "" }), []],
    [
      "what becomes empty is news",
      field("run", { before: "true", after: "" }),
      [{ kind: "changed", path: "run", before: "true", after: '""' }],
    ],
    [
      "two long values have a line each, and nothing of them is cut",
      field("policy", { before: "x".repeat(90), after: "y".repeat(5000) }),
      [
        { kind: "removed", path: "policy", member: "x".repeat(90) },
        { kind: "added", path: "policy", member: "y".repeat(5000) },
      ],
    ],
    [
      "the build script is no value: a digest stands for what follows from the others",
      field("script", { before: `sha256:${"a".repeat(64)}`, after: `sha256:${"b".repeat(64)}` }),
      [{ kind: "note", path: "script", text: "changed (reconcile image prints the new one)" }],
    ],
    [
      "the build script of a new image likewise",
      field("script", { after: `sha256:${"b".repeat(64)}` }),
      [{ kind: "note", path: "script", text: "(reconcile image prints it)" }],
    ],
    [
      "commands that are all new have a line each, however many lines they have",
      field("run", { after: ["echo one", "for n in 1 2; do\n  echo $n\ndone\n", "true"] }),
      [
        { kind: "added", path: "run", member: "echo one" },
        { kind: "added", path: "run", member: "for n in 1 2; do" },
        { kind: "added", path: "run", member: "  echo $n" },
        { kind: "added", path: "run", member: "done" },
        { kind: "added", path: "run", member: "true" },
      ],
    ],
    [
      "a text is compared line by line, with what stands around the difference",
      field("content", { before: "a\nb\nc\nd\ne\nf\n", after: "a\nb\nc\nd\nE\nf\n" }),
      [
        { kind: "note", path: "content", text: "@@ line 2 @@" },
        { kind: "same", path: "content", member: "b" },
        { kind: "same", path: "content", member: "c" },
        { kind: "same", path: "content", member: "d" },
        { kind: "removed", path: "content", member: "e" },
        { kind: "added", path: "content", member: "E" },
        { kind: "same", path: "content", member: "f" },
      ],
    ],
    [
      "a line break at the end is a difference",
      field("content", { before: "a\nb", after: "a\nb\n" }),
      [
        { kind: "same", path: "content", member: "a" },
        { kind: "removed", path: "content", member: "b" },
        { kind: "note", path: "content", text: "(no line break at the end)" },
        { kind: "added", path: "content", member: "b" },
      ],
    ],
    [
      "a file that is new has its parts, and its content line by line",
      field("files", { after: { "/etc/a.conf": { mode: "0644", content: "one\ntwo\n" } } }),
      [
        { kind: "set", path: "files./etc/a.conf.mode", after: "0644" },
        { kind: "added", path: "files./etc/a.conf.content", member: "one" },
        { kind: "added", path: "files./etc/a.conf.content", member: "two" },
      ],
    ],
    [
      "a file that goes likewise",
      field("files./etc/a.conf", { before: { mode: "0644", content: "one\ntwo\n" } }),
      [
        { kind: "removed", path: "files./etc/a.conf.mode", member: "0644" },
        { kind: "removed", path: "files./etc/a.conf.content", member: "one" },
        { kind: "removed", path: "files./etc/a.conf.content", member: "two" },
      ],
    ],
    [
      "a text in place of something else goes above what comes",
      field("content", { before: "a\nb\n", after: null }),
      [
        { kind: "removed", path: "content", member: "a" },
        { kind: "removed", path: "content", member: "b" },
      ],
    ],
    [
      "what AWS does not store is said so, and the wanted text shown in full",
      field("run", { before: NOT_STORED, after: ["echo one", "echo two"] }),
      [
        { kind: "note", path: "run", text: "(the previous value is not stored in AWS)" },
        { kind: "added", path: "run", member: "echo one" },
        { kind: "added", path: "run", member: "echo two" },
      ],
    ],
    [
      "likewise beside a short value",
      field("packages", { before: NOT_STORED, after: ["mtr", "tree"] }),
      [{ kind: "changed", path: "packages", before: "(not stored in AWS)", after: "mtr, tree" }],
    ],
    [
      "likewise where nothing is wanted any more",
      field("run", { before: NOT_STORED, after: [] }),
      [{ kind: "changed", path: "run", before: "(not stored in AWS)", after: "none" }],
    ],
    [
      "a secret is left out, on both sides",
      field("password", { before: "old", after: "new", sensitive: true }),
      [{ kind: "note", path: "password", text: "(sensitive)" }],
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
    [
      "commands in another order are shown in it, although others come and go",
      field("run", { before: ["echo a", "echo b", "old"], after: ["echo b", "echo a", "new"] }),
      [
        { kind: "removed", path: "run", member: "echo a" },
        { kind: "same", path: "run", member: "echo b" },
        { kind: "removed", path: "run", member: "old" },
        { kind: "added", path: "run", member: "echo a" },
        { kind: "added", path: "run", member: "new" },
      ],
    ],
    [
      "a command that runs once more is shown, although another one comes",
      field("run", { before: ["echo a", "echo b"], after: ["echo a", "echo b", "echo a", "c"] }),
      [
        { kind: "same", path: "run", member: "echo a" },
        { kind: "same", path: "run", member: "echo b" },
        { kind: "added", path: "run", member: "echo a" },
        { kind: "added", path: "run", member: "c" },
      ],
    ],
    [
      "a text that is written like a digest is shown in full",
      field("files./etc/sum.content", { before: NOT_STORED, after: `sha256:${"1".repeat(64)}` }),
      [
        {
          kind: "changed",
          path: "files./etc/sum.content",
          before: "(not stored in AWS)",
          after: `sha256:${"1".repeat(64)}`,
        },
      ],
    ],
    [
      "spaces at the end of a line are visible where only they differ",
      field("run", { before: ["true", "echo"], after: ["true  ", "echo"] }),
      [
        { kind: "removed", path: "run", member: "true" },
        { kind: "added", path: "run", member: "true\\u0020\\u0020" },
      ],
    ],
    [
      "a tab in place of a space is visible where only it differs",
      field("content", { before: "a:\n\tb\n", after: "a:\n b\n" }),
      [
        { kind: "same", path: "content", member: "a:" },
        { kind: "removed", path: "content", member: "\\tb" },
        { kind: "added", path: "content", member: " b" },
      ],
    ],
    [
      "the same in a value of one line",
      field("command", { before: "a b", after: "a\tb" }),
      [{ kind: "changed", path: "command", before: "a b", after: "a\\tb" }],
    ],
    [
      "other tabs are as wide as a space",
      field("content", { after: "a:\n\tb\n" }),
      [
        { kind: "added", path: "content", member: "a:" },
        { kind: "added", path: "content", member: " b" },
      ],
    ],
  ])("%s", (_reason, change, expected) => {
    expect(fieldLines(change)).toEqual(expected);
  });
});

describe("words", () => {
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
    expect(words(rule)).toBe(said);
  });

  test("says a listener as people write it", () => {
    const listener = {
      port: 80,
      protocol: "HTTP",
      instancePort: 8080,
      instanceProtocol: "HTTP",
    };
    expect(words(listener)).toBe("HTTP 80 to HTTP 8080");
  });

  const secured = { port: 443, protocol: "HTTPS", forward: null, redirect: null };
  const group = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/shop/0123";
  const arn = "arn:aws:acm:eu-west-1:000000000000:certificate/0123abcd";
  test.each([
    [
      "a certificate that exists",
      { certificate: arn },
      `HTTPS 443 with certificate/0123abcd to shop`,
    ],
    [
      "a certificate that the plan creates",
      { certificate: { ref: "certificate/shop", output: "arn" } },
      "HTTPS 443 with certificate/shop's arn to shop",
    ],
    ["no certificate", { certificate: null, protocol: "HTTP", port: 80 }, "HTTP 80 to shop"],
    [
      "a redirect",
      {
        certificate: arn,
        forward: null,
        redirect: { protocol: "HTTPS", port: "8443", status: "HTTP_301" },
      },
      `HTTPS 443 with certificate/0123abcd, redirect to HTTPS 8443 (301)`,
    ],
  ])("says a listener of an application load balancer with %s", (_what, rest, said) => {
    const forward = [{ targetGroup: group, weight: 1 }];
    expect(
      words({ ...secured, forward, tls: "ELBSecurityPolicy-TLS13-1-2-2021-06", ...rest }),
    ).toBe(said);
  });

  test("cuts nothing", () => {
    const text = `begin${"x".repeat(100_000)}end`;
    expect(words(text)).toBe(text);
  });

  test("obeys no control character", () => {
    expect(fieldLines(field("name", { after: "a\u001b[2Jb\u202ed" }))).toEqual([
      { kind: "set", path: "name", after: "a\\u001b[2Jb\\u202ed" },
    ]);
  });

  test("says once that no part of a value is known", () => {
    const unknown = KNOWN_AFTER_APPLY;
    expect(words("known after apply")).toBe("known after apply");
    expect(words({ note: "known after apply" })).toBe("note known after apply");
    expect(words(new Several(["1", "2"]))).toBe("1 and 2");
    expect(words({ id: unknown, version: unknown })).toBe("(known after apply)");
    expect(words({ id: "lt-1", version: unknown })).toBe("id lt-1, version (known after apply)");
  });

  test("says a reference as a person would", () => {
    expect(words({ ref: "security-group/web", output: "id" })).toBe("security-group/web's id");
  });
});

describe("large texts", () => {
  const large = (word: string) =>
    Array.from({ length: 2_500 }, (_, index) => `${word} ${index} ${"x".repeat(30)}`).join("\n");

  test("with a difference in the middle show its surroundings", () => {
    const before = large("line");
    const lines = fieldLines(
      field("content", { before, after: before.replace("1200 x", "1200 y") }),
    );
    expect(before.length).toBeGreaterThan(100_000);
    expect(lines.map(({ kind }) => kind)).toEqual([
      "note",
      "same",
      "same",
      "same",
      "removed",
      "added",
      "same",
      "same",
      "same",
    ]);
  });

  test("that have no line in common are shown whole, one after the other", () => {
    const lines = fieldLines(field("content", { before: large("old"), after: large("new") }));
    expect(lines.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 2_500 }, () => "removed"),
      ...Array.from({ length: 2_500 }, () => "added"),
    ]);
  });

  test("as a list in another order show what moved", () => {
    const before = Array.from({ length: 40 }, (_, index) => `echo ${index}`);
    const after = [...before.slice(1), "echo 0"];
    const lines = fieldLines(field("run", { before, after }));
    const moved = lines.filter(({ kind }) => kind !== "same" && kind !== "note");
    expect(moved).toEqual([
      { kind: "removed", path: "run", member: "echo 0" },
      { kind: "added", path: "run", member: "echo 0" },
    ]);
  });
});

test.each([
  ["known after apply", KNOWN_AFTER_APPLY],
  ["not stored in AWS", NOT_STORED],
])("a user's text %j is not what the plan says with the same words", (text, placeholder) => {
  expect(fieldLines(field("peers", { before: [text], after: [placeholder] }))).toEqual([
    { kind: "removed", path: "peers", member: text },
    { kind: "added", path: "peers", member: `(${text})` },
  ]);
  expect(fieldLines(field("note", { before: text, after: "other" }))).toEqual([
    { kind: "changed", path: "note", before: text, after: "other" },
  ]);
  // Programs read the words.
  expect(JSON.stringify({ after: [placeholder] })).toBe(`{"after":["${text}"]}`);
});
