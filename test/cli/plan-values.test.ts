import { expect, test } from "vitest";
import { MINIMAL, Process } from "./process.ts";

const lines = (word: string, count: number, repeated = 2) =>
  Array.from(
    { length: count },
    (_, index) => `${word} ${index} ${"of the same words ".repeat(repeated)}`,
  );

const stack = (image: object) =>
  MINIMAL.replace("image: {", `image: { ${JSON.stringify(image).slice(1, -1)},`);

const COMMANDS = ["dnf install -y --setopt=install_weak_deps=0 nginx", "systemctl enable nginx"];

test("a plan shows all that root will run, in a pipe and in JSON", async () => {
  const files = [{ path: "/etc/motd", content: "Welcome\nto the shop\n" }];
  const shop = new Process({
    "shop.yaml": stack({ run: COMMANDS, files, verify: ["true", "test -x /bin/sh"] }),
  });
  expect(await shop.run("plan --sandbox")).toBe(0);
  for (const line of [...COMMANDS, "Welcome", "to the shop", "true", "test -x /bin/sh"]) {
    expect(shop.stdout.text).toMatch(new RegExp(`^ +(?:[+~±] )?[\\w./]* +\\+ ${line}$`, "m"));
  }
  expect(shop.stdout.text).not.toMatch(/sha256|…/);
  await shop.run("plan --sandbox --json");
  expect(imageFields(shop)).toMatchObject({
    run: { after: COMMANDS },
    files: { after: { "/etc/motd": { mode: "0644", content: "Welcome\nto the shop\n" } } },
  });
});

test("a plan shows what of several commands, packages and lines of a file differs", async () => {
  const shop = new Process({
    "shop.yaml": stack({
      packages: ["mtr", "tree"],
      run: ["echo one", "echo two"],
      files: [{ path: "/etc/motd", content: "a\nb\n" }],
    }),
  });
  shop.env = { RECONCILE_SANDBOX_SPEED: "10000" };
  expect(await shop.run("apply --sandbox --yes")).toBe(0);
  shop.write(
    "shop.yaml",
    stack({
      packages: ["mtr", "jq"],
      run: ["echo one", "echo three"],
      files: [{ path: "/etc/motd", content: "a\nc\n" }],
    }),
  );
  expect(await shop.run("plan --sandbox")).toBe(0);
  expect(shop.stdout.text).toContain(`
  ± packages                 - tree
                             + jq
  ± files./etc/motd.content  (the previous value is not stored in AWS)
                             + a
                             + c
  ± run                      - echo two
                             + echo three
`);
  await shop.run("plan --sandbox --json");
  expect(imageFields(shop)).toMatchObject({
    packages: { before: ["mtr", "tree"], after: ["jq", "mtr"] },
    run: { before: ["echo one", "echo two"], after: ["echo one", "echo three"] },
    "files./etc/motd.content": { before: "not stored in AWS", after: "a\nc\n" },
  });
});

test("a plan shows a file of 100 KB whole", async () => {
  // Many words and few numbers, since the packed file has to fit into the builder's user data.
  const content = lines("line", 200, 30);
  const files = [{ path: "/etc/large", content: `${content.join("\n")}\n` }];
  const shop = new Process({ "shop.yaml": stack({ files }) });
  expect(content.join("\n").length).toBeGreaterThan(100_000);
  expect(await shop.run("plan --sandbox")).toBe(0);
  const shown = shop.stdout.text
    .split("\n")
    .flatMap((line) => / \+ (line .*)/.exec(line)?.[1] ?? []);
  expect(shown).toEqual(content);
});

function imageFields(shop: Process): Record<string, unknown> {
  const { changes } = JSON.parse(shop.stdout.text);
  const { fields } = changes.find(({ address }: { address: string }) => address === "image/shop");
  return Object.fromEntries(fields.map((field: { path: string }) => [field.path, field]));
}
