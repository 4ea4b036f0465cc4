import { describe, expect, test } from "vitest";
import { MINIMAL, Process } from "./process.ts";

describe("validate", () => {
  test("a good file ends with 0", async () => {
    const process = new Process({ "shop.yaml": MINIMAL });
    expect(await process.run("validate shop.yaml")).toBe(0);
    expect(process.stdout.text).toBe("✓ shop.yaml is a valid stack file.\n");
    expect(process.stderr.text).toBe("");
  });

  test("every problem has its place, and the end is 1", async () => {
    const process = new Process({
      "shop.yaml": MINIMAL.replace("min: 1", "min: lots").replace("image", "imag"),
    });
    expect(await process.run("validate shop.yaml")).toBe(1);
    expect(process.stdout.text).toMatch(/^shop\.yaml:3:1: error: /m);
    expect(process.stdout.text).toMatch(/^shop\.yaml:4:17: error: scaling\.min: /m);
  });

  test("as JSON it is one object", async () => {
    const process = new Process({ "shop.yaml": MINIMAL.replace("min: 1", "min: lots") });
    expect(await process.run("validate --json")).toBe(1);
    expect(JSON.parse(process.stdout.text)).toMatchObject({
      ok: false,
      file: "shop.yaml",
      problems: [{ severity: "error", line: 4, path: "scaling.min" }],
    });
  });

  test("a file that the stack file points at must be there", async () => {
    const source = "application: { source: { file: ./app.py }, command: ./app.py }\n";
    const process = new Process({ "shop.yaml": MINIMAL + source });
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text).toMatch(
      /^shop\.yaml:5:\d+: error: application\.source\.file: .*the file does not exist/m,
    );
    process.write("app.py", "print(1)\n");
    expect(await process.run("validate")).toBe(0);
  });

  test.each([
    ["a private key in place of a public one", "-----BEGIN OPENSSH PRIVATE KEY-----\n", "private"],
    [
      "a key of a kind that EC2 refuses",
      `ecdsa-sha2-nistp256 ${"A".repeat(60)}\n`,
      "no public key",
    ],
    ["anything else", "hello\n", "no public key"],
  ])("%s is told at its place", async (_reason, content, words) => {
    const process = new Process({
      "shop.yaml": `${MINIMAL}keyPair: { publicKey: ./key.pub }\n`,
      "key.pub": content,
    });
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text).toMatch(/^shop\.yaml:5:\d+: error: keyPair\.publicKey: /m);
    expect(process.stdout.text).toContain(words);
    expect(process.stdout.text).not.toContain("AAAA");
  });

  test.each([
    ["application: { source: { file: /dev/zero }, command: x }", "application.source.file"],
    ["keyPair: { publicKey: /dev/zero }", "keyPair.publicKey"],
    ["keyPair: { generate: /dev/zero }", "keyPair.generate"],
  ])("a device, which may have no end, is told at its place: %s", async (section, path) => {
    const process = new Process({ "shop.yaml": `${MINIMAL}${section}\n` });
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text).toMatch(/^shop\.yaml:5:\d+: error: /m);
    expect(process.stdout.text).toContain(`error: ${path}: `);
    expect(process.stdout.text).toMatch(/not a regular file|the file belongs to the system/);
  });

  test("a build script over EC2's limit is valid, because it goes to a bucket", async () => {
    const noise = Array.from({ length: 9000 }, (_, index) =>
      Math.imul(index + 1, 2654435761).toString(36),
    ).join("");
    const process = new Process({
      "shop.yaml": MINIMAL.replace(
        "amazon-linux-2023 }",
        `amazon-linux-2023, files: [{ path: /etc/large.txt, content: "${noise}" }] }`,
      ),
    });
    expect(await process.run("validate")).toBe(0);
  });
});

describe("the stack file that nobody named", () => {
  test("is afterpay.yaml, whatever else is there", async () => {
    const process = new Process({ "afterpay.yaml": MINIMAL, "other.yaml": MINIMAL });
    expect(await process.run("validate")).toBe(0);
    expect(process.stdout.text).toContain("afterpay.yaml");
  });

  test("is the only one among other YAML files", async () => {
    const process = new Process({ "shop.yml": MINIMAL, "compose.yaml": "services: {}\n" });
    expect(await process.run("validate")).toBe(0);
    expect(process.stdout.text).toContain("shop.yml");
  });

  test.each<[reason: string, files: Record<string, string>, looked: string[]]>([
    ["several", { "a.yaml": MINIMAL, "b.yaml": MINIMAL }, ["a.yaml", "b.yaml"]],
    ["none among others", { "compose.yaml": "services: {}\n" }, ["compose.yaml"]],
    ["none at all", {}, ["afterpay.yaml"]],
  ])("%s is an error that lists what was looked at", async (_reason, files, looked) => {
    const process = new Process(files);
    expect(await process.run("validate")).toBe(1);
    for (const name of looked) expect(process.stderr.text).toContain(name);
  });
});
