import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/engine/values.ts";
import fc from "../fast-check.ts";
import { MINIMAL, Process } from "./process.ts";

type Parsed = ReturnType<typeof JSON.parse>;

const SHOP = `version: 1
stack: shop
tags: { team: web }
keyPair: { generate: ./shop.pem }
securityGroups: { web: { ingress: [{ port: 80, from: 198.51.100.0/24 }] } }
image:
  base: amazon-linux-2023
  packages: [mtr, tree]
  run: ["echo one", "echo two"]
  verify: ["true"]
  files: [{ path: /etc/motd, content: "Welcome\\n" }]
  builder: { instanceType: t3.micro, timeout: 30m }
  keep: 1
application:
  source: { file: ./shop.py }
  command: python3 shop.py
  port: 80
scaling: { min: 1, max: 2, securityGroups: [web], rollout: { minHealthy: 100, rollback: true } }
`;
const SOURCE = "print('a shop')\n";

const open = () => {
  const shop = new Process({ "shop.yaml": SHOP, "shop.py": SOURCE });
  shop.env = { RECONCILE_SANDBOX_SPEED: "10000" };
  return shop;
};

const read = (shop: Process, name = "plan.json"): Parsed =>
  JSON.parse(readFileSync(join(shop.directory, name), "utf8"));

/** Edits a saved plan as somebody does who knows how the checksum is made. */
function forge(shop: Process, edit: (plan: Parsed) => void): void {
  const { savedPlan, sha256: _, ...parts } = read(shop);
  edit(parts);
  const sha256 = createHash("sha256").update(canonicalJson(parts)).digest("hex");
  shop.write("plan.json", JSON.stringify({ savedPlan, sha256, ...parts }));
}

/** In the text of the stack file; a text that is not there would make a test of nothing. */
const inFile = (from: string | RegExp, to: string) => (plan: Parsed) => {
  const { text } = plan.stackFile;
  plan.stackFile.text = text.replace(from, to);
  expect(plan.stackFile.text).not.toBe(text);
};

const changeOf = ({ document }: Parsed, address: string) =>
  document.changes.find((change: Parsed) => change.address === address);

async function idsIn(shop: Process): Promise<string> {
  expect(await shop.run("sandbox show --json --sandbox")).toBe(0);
  return shop.stdout.text;
}

const APPLY = "apply --sandbox --yes --plan plan.json";
const REFUSED = "an apply would not do what the saved plan shows, so nothing was changed:";

test("a saved plan is applied as long as nothing changed, and once only", async () => {
  const shop = open();
  expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
  expect(statSync(join(shop.directory, "plan.json")).mode & 0o777).toBe(0o600);
  expect(await shop.run(APPLY)).toBe(0);
  expect(await shop.run("plan --sandbox --check")).toBe(0);
  expect(await shop.run(APPLY)).toBe(1);
  expect(shop.stderr.text).toContain(REFUSED);
  expect(shop.stderr.text).toContain("Create a new plan, review it, and apply the new plan.");
});

describe("what somebody changes in a saved plan, with its checksum, is refused before anything is changed:", () => {
  const creations: readonly [string, (plan: Parsed) => void, string][] = [
    [
      "a command",
      inFile('"echo two"', '"echo two", "echo x >/etc/sudoers.d/x"'),
      "image/shop: run differs",
    ],
    ["a command's line", inFile("echo two", "echo 2"), "run differs"],
    ["a check", inFile('verify: ["true"]', "verify: []"), "verify differs"],
    ["a package", inFile("tree", "nmap"), "packages differ"],
    ["a file's content", inFile("Welcome", "Goodbye"), "files differs"],
    ["the builder", inFile("t3.micro", "t3.large"), "image/shop: builder differs"],
    ["the builder's timeout", inFile("30m", "31m"), "builder differs"],
    [
      "the key's file",
      inFile("./shop.pem", "./other.pem"),
      "key-pair/shop: privateKeyFile differs",
    ],
    ["tags", inFile("team: web", "team: other"), "tags differs"],
    ["a rule", inFile("198.51.100.0/24", "0.0.0.0/0"), "security-group/web: ingress differs"],
    [
      "a given name",
      inFile("scaling: {", "scaling: { name: other,"),
      "auto-scaling-group/shop: name differs",
    ],
    ["the application", inFile("python3 shop.py", "python3 -m http.server"), "application differs"],
    [
      "the stack",
      inFile("stack: shop", "stack: other"),
      "stack: shop in the saved plan, other now",
    ],
    [
      "the application's source",
      ({ facts }) =>
        (facts.application.content = Buffer.from("print('a trap')\n").toString("base64")),
      "application differs",
    ],
    [
      "the base image",
      ({ facts }) => (facts.baseImage.id = "ami-0123456789abcdef0"),
      "base differs",
    ],
    ["the disk", ({ facts }) => (facts.baseImage.rootDeviceName = "/dev/sdh"), "builder differs"],
    [
      "a subnet",
      ({ facts }) => (facts.network.subnets[0].id = "subnet-0123456789abcdef0"),
      "subnets differs",
    ],
    ["the VPC", ({ facts }) => (facts.network.vpcId = "vpc-0123456789abcdef0"), "vpcId differs"],
    [
      "the key",
      ({ facts }) => (facts.publicKey = `ssh-ed25519 ${Buffer.alloc(51, 7).toString("base64")}`),
      "publicKey differs",
    ],
    ["the folder", ({ stackFile }) => (stackFile.folder = "keys"), "privateKeyFile differs"],
    [
      "the order of the steps",
      ({ document }) => document.steps.reverse(),
      "the steps, or their order, differ",
    ],
    ["what a step waits for", ({ document }) => (document.steps.at(-1).after = []), "the steps"],
    [
      "what is shown",
      (plan) => (changeOf(plan, "launch-template/shop").fields[1].after = "t3.nano"),
      "launch-template/shop: instanceType differs",
    ],
    [
      "a change that is not shown",
      ({ document }) => document.changes.pop(),
      "auto-scaling-group/shop: no change in",
    ],
    ["the summary", ({ document }) => (document.summary.create = 1), "the summary differs"],
    ["the account", ({ document }) => (document.account = "111111111111"), "account: 111111111111"],
  ];

  test("of a stack that does not exist", async () => {
    const shop = open();
    expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
    const whole = readFileSync(join(shop.directory, "plan.json"), "utf8");
    const before = await idsIn(shop);
    for (const [what, edit, said] of creations) {
      shop.write("plan.json", whole);
      forge(shop, edit);
      expect([what, await shop.run(APPLY)]).toEqual([what, 1]);
      expect(shop.stderr.text, what).toContain(REFUSED);
      expect(shop.stderr.text, what).toContain(said.replace("packages differ", "packages differs"));
    }
    expect(await idsIn(shop)).toBe(before);
    expect(existsSync(join(shop.directory, "shop.pem"))).toBe(false);
  });

  test("of a stack that exists", async () => {
    const shop = open();
    expect(await shop.run("apply --sandbox --yes")).toBe(0);
    shop.write("shop.yaml", SHOP.replace("echo one", "echo three").replace("max: 2", "max: 3"));
    expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
    const whole = readFileSync(join(shop.directory, "plan.json"), "utf8");
    const before = await idsIn(shop);
    const changes: readonly [string, (plan: Parsed) => void, string][] = [
      [
        "the rollout",
        inFile("minHealthy: 100", "minHealthy: 50"),
        "auto-scaling-group/shop: rollout differs",
      ],
      ["its way back", inFile("rollback: true", "rollback: false"), "rollout differs"],
      ["what is kept", inFile("keep: 1", "keep: 0"), "the steps"],
      ["what an update does", inFile("max: 3", "max: 4"), "max differs"],
      [
        "what is not to change",
        inFile("port: 80, from", "port: 81, from"),
        "security-group/web: unchanged",
      ],
      [
        "another delete",
        ({ document }) =>
          document.changes.push({
            address: "security-group/web",
            action: "delete",
            id: "sg-0123456789abcdef0",
            because: "no longer in the stack file",
            fields: [],
          }),
        "security-group/web: delete sg-0123456789abcdef0",
      ],
      [
        "an id",
        (plan) => (changeOf(plan, "image/shop").id = "ami-0123456789abcdef0"),
        "image/shop: replace ami-0123",
      ],
    ];
    for (const [what, edit, said] of changes) {
      shop.write("plan.json", whole);
      forge(shop, edit);
      expect([what, await shop.run(APPLY)]).toEqual([what, 1]);
      expect(shop.stderr.text, what).toContain(REFUSED);
      expect(shop.stderr.text, what).toContain(said);
    }
    expect(await idsIn(shop)).toBe(before);
    // The plan itself, with a checksum that somebody made again, is the plan.
    shop.write("plan.json", whole);
    forge(shop, () => {});
    expect(await shop.run(APPLY)).toBe(0);
  });

  test("the way to log in to a server that has another key is not told", async () => {
    const shop = open();
    expect(await shop.run("apply --sandbox --yes")).toBe(0);
    expect(shop.stdout.text).toContain("ssh -i ./shop.pem");
    expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
    expect(await shop.run(APPLY)).toBe(0);
    expect(shop.stdout.text).toContain("ssh -i ./shop.pem");
    shop.write("other.pem", "no key at all");
    forge(shop, inFile("./shop.pem", "./other.pem"));
    expect(await shop.run(APPLY)).toBe(0);
    expect(shop.stdout.text).not.toContain("ssh -i");
  });
});

test("a saved plan says which version saved it, where that may be why it differs", async () => {
  const shop = open();
  expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
  forge(shop, (plan) => {
    plan.version = "0.0.1";
    changeOf(plan, "image/shop").fields.pop();
  });
  expect(await shop.run(APPLY)).toBe(1);
  expect(shop.stderr.text).toContain("- reconcile 0.0.1 saved the plan; this is reconcile ");
  forge(shop, (plan) => delete plan.document.changes);
  expect(await shop.run(APPLY)).toBe(1);
  expect(shop.stderr.text).toContain("damaged saved plan: document.changes is not valid");
});

describe("the private key of a saved plan", () => {
  const plannedIn = async (folder: string) => {
    const shop = new Process({});
    mkdirSync(join(shop.directory, folder), { recursive: true });
    shop.write(join(folder, "shop.yaml"), `${MINIMAL}keyPair: { generate: ./shop.pem }\n`);
    expect(await shop.run(`plan --sandbox ${join(folder, "shop.yaml")} --out plan.json`)).toBe(0);
    const other = new Process({ "plan.json": JSON.stringify(read(shop)) });
    other.env = { RECONCILE_SANDBOX_SPEED: "10000" };
    return { shop, other };
  };

  test("is written where the stack file's folder is from the working directory, on any machine", async () => {
    const { shop, other } = await plannedIn("prod");
    expect(shop.stdout.text).toContain("./prod/shop.pem");
    mkdirSync(join(other.directory, "prod"));
    expect(await other.run(APPLY)).toBe(0);
    expect(statSync(join(other.directory, "prod/shop.pem")).mode & 0o777).toBe(0o600);
    expect(existsSync(join(shop.directory, "prod/shop.pem"))).toBe(false);
  });

  test("makes no folder that is not there", async () => {
    const { other } = await plannedIn("prod");
    expect(await other.run(APPLY)).toBe(1);
    expect(other.stderr.text).toContain(
      `the plan writes a new private key to ./prod/shop.pem, but the directory ${join(other.directory, "prod")} does not exist on this machine`,
    );
    expect(other.stderr.text).toContain("or make a new plan here");
    expect(existsSync(join(other.directory, "prod"))).toBe(false);
  });

  test("does not leave the folder by a link of this machine", async () => {
    const { other } = await plannedIn("prod");
    mkdirSync(join(other.directory, "prod"));
    mkdirSync(join(other.directory, "elsewhere"));
    writeFileSync(join(other.directory, "elsewhere/shop.pem"), "");
    symlinkSync(
      join(other.directory, "elsewhere/shop.pem"),
      join(other.directory, "prod/shop.pem"),
    );
    expect(await other.run(APPLY)).toBe(1);
    expect(other.stderr.text).toMatch(/prod\/shop\.pem: .*not in the stack file's folder/);
  });
});

test("a saved plan that is damaged gets words, whatever happened to it", async () => {
  const shop = new Process({ "shop.yaml": MINIMAL });
  expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
  const whole = readFileSync(join(shop.directory, "plan.json"));
  const damages = fc.oneof(
    fc.nat(whole.length - 3).map((length) => whole.subarray(0, length)),
    fc
      .tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 5 }))
      .map(([at, put]) => Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + 7)])),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(`{"savedPlan":4,"document":${text}}`)),
  );
  await fc.assert(
    fc.asyncProperty(damages, async (content) => {
      writeFileSync(join(shop.directory, "plan.json"), content);
      expect(await shop.run(APPLY)).toBe(1);
      expect(shop.stderr.text).toMatch(
        /^Error: plan\.json (is not a saved plan|is a damaged|was saved)/,
      );
      expect(shop.stderr.text).toContain("reconcile plan --out");
      expect(shop.stderr.text).not.toMatch(/bug of its own|^ +at /m);
    }),
    { numRuns: 60 },
  );
});

describe("a saved plan with a checksum of its own is refused in words, with anything in place of anything:", () => {
  const apart = (value: unknown): readonly (readonly (string | number)[])[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, member]) => [
          [key],
          ...apart(member).map((rest) => [key, ...rest]),
        ])
      : [];

  test("by its shape, or since the plan is another", async () => {
    const shop = new Process({ "shop.yaml": MINIMAL });
    expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
    const whole = readFileSync(join(shop.directory, "plan.json"), "utf8");
    const paths = apart(JSON.parse(whole)).filter(
      ([first, second]) =>
        // What a plan may lack without being another: words of warnings, and what a reader calls the file.
        first !== "savedPlan" &&
        first !== "sha256" &&
        first !== "found" &&
        first !== "version" &&
        second !== "problems",
    );
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, put) => {
        fc.pre(path.at(-1) !== "file");
        shop.write("plan.json", whole);
        forge(shop, (plan) => {
          let at = plan;
          for (const key of path.slice(0, -1)) at = at[key];
          const last = path.at(-1) ?? "";
          fc.pre(canonicalJson(at[last]) !== canonicalJson(put));
          if (put === undefined) delete at[last];
          else at[last] = put;
        });
        // The zone of a subnet, and a folder without a key in it, are of no account.
        const isUsed = path.at(-1) !== "zone" && path.at(-1) !== "folder";
        const code = await shop.run(APPLY);
        if (isUsed || code !== 0) {
          expect(code).toBe(1);
          expect(shop.stderr.text).toMatch(
            /^Error: (plan\.json is a damaged saved plan: |an apply would not do what the saved plan shows)/m,
          );
        } else await shop.run("sandbox reset --sandbox");
        expect(shop.stderr.text).not.toMatch(/bug of its own|^ +at /m);
      }),
      { numRuns: 120 },
    );
  });

  test("too deep to be followed", async () => {
    const shop = new Process({ "shop.yaml": MINIMAL });
    expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const whole = readFileSync(join(shop.directory, "plan.json"), "utf8");
    shop.write("plan.json", whole.replace(/"because": "[^"]*"/, `"because": ${deep}`));
    expect(await shop.run(APPLY)).toBe(1);
    expect(shop.stderr.text).toContain("its content does not match its checksum");
  });

  test.each<[string, (plan: Parsed) => void, string]>([
    [
      "a stack file with errors",
      ({ stackFile }) => (stackFile.text = "version: 2"),
      'its stack file has errors: stack: "stack" is missing',
    ],
    [
      "no source of its application",
      ({ facts }) => delete facts.application,
      "the source of the application is missing",
    ],
    ["a member that no plan has", (plan) => (plan.desired = []), "a part is missing or unknown"],
    [
      "a region that is a host",
      ({ document }) => (document.region = "evil.example/"),
      "document.region is not valid",
    ],
  ])("with %s", async (_, edit, said) => {
    const shop = open();
    expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
    forge(shop, edit);
    expect(await shop.run(APPLY)).toBe(1);
    expect(shop.stderr.text).toContain(`plan.json is a damaged saved plan: ${said}`);
  });
});

test.each([
  [
    "an earlier version's",
    '{"savedPlan":3,"document":{}}',
    "was saved by another version of reconcile",
  ],
  ["what plan --json printed", '{"formatVersion":1,"changes":[]}', "is not a saved plan"],
  ["cut off", '{"savedPlan":4,', "is not a saved plan: it is not JSON"],
])("a file that is %s is no saved plan of this version", async (_, content, said) => {
  const shop = new Process({ "plan.json": content });
  expect(await shop.run(APPLY)).toBe(1);
  expect(shop.stderr.text).toContain(`plan.json ${said}`);
  expect(shop.stderr.text).toContain("Create a new plan with `reconcile plan --out`.");
});

test("a file that is far too large for a plan is not read to its end", async () => {
  const shop = new Process({ "shop.yaml": MINIMAL });
  shop.write("plan.json", " ".repeat(2 ** 25 + 1));
  expect(await shop.run(APPLY)).toBe(1);
  expect(shop.stderr.text).toContain("it is larger than 32 MiB");
});
