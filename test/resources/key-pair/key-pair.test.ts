import { describe, expect, test } from "vitest";
import { keyPair } from "../../../src/resources/key-pair/index.ts";
import { openAccount, target, theOnly } from "../account.ts";

const generated = { publicKey: "generated", privateKeyFile: "/keys/web.pem", tags: {} };
const made = target(keyPair, "afterpay-1");

describe("a key pair", () => {
  test("is made here: its private half is in a file, and in no call", async () => {
    const account = await openAccount();
    const bodies: string[] = [];
    account.sandbox.observe((call) => bodies.push(JSON.stringify(call)));
    const live = await account.pass(keyPair.create(account.context, made, generated));
    const file = account.files.get("/keys/web.pem") ?? "";
    const secret = file.split("\n").slice(3, -2).join("");
    expect(secret.length).toBeGreaterThan(100);
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of [...bodies, ...account.told])
      expect(body).not.toContain(secret.slice(0, 20));
    expect(live).toEqual(await theOnly(account, keyPair));
    expect(live.fields.publicKey).toMatch(/^ssh-ed25519 \S+$/);
    expect(keyPair.fields.publicKey.equal?.("generated", live.fields.publicKey)).toBe(true);
  });

  test("goes on after a crash between file and import, with the key of the file", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation: "ImportKeyPair", times: 1, when: "before", kind: "deny" }],
    });
    const first = account.pass(keyPair.create(account.context, made, generated));
    await expect(first).rejects.toMatchObject({ kind: "denied" });
    const file = account.files.get("/keys/web.pem");
    account.sandbox.setFaults({});
    await account.pass(keyPair.create(account.context, made, generated));
    expect(account.files.get("/keys/web.pem")).toBe(file);
  });

  test("that an earlier, forgotten call made is taken as it is", async () => {
    const account = await openAccount();
    const one = await account.pass(keyPair.create(account.context, made, generated));
    const two = await account.pass(keyPair.create(account.context, made, generated));
    expect(two).toEqual(one);
  });

  test("that another directory's key was imported for is refused, and taken in that directory", async () => {
    const account = await openAccount();
    const { context, files, pass } = account;
    const live = await pass(keyPair.create(context, made, generated));
    const right = new Map(files);
    files.clear();
    await expect(pass(keyPair.create(context, made, generated))).rejects.toMatchObject({
      message:
        "somebody else imported the key pair afterpay-1 with another public key during this apply",
      remedy: "Run the same command again in the directory that has the right key file.",
    });
    // As it is told.
    files.clear();
    for (const [path, content] of right) files.set(path, content);
    expect(await pass(keyPair.create(context, made, generated))).toEqual(live);
    expect(await theOnly(account, keyPair)).toEqual(live);
  });

  test("of somebody else with that name is named, and not touched", async () => {
    const account = await openAccount();
    const { files } = account;
    await account.pass(keyPair.create({ ...account.context, stack: "other" }, made, generated));
    files.clear();
    const [foreign] = await account.pass(
      keyPair.findForeign(account.context, [{ ...made, fields: generated }]),
    );
    expect(foreign?.summary).toContain("afterpay-1");
    await expect(account.pass(keyPair.create(account.context, made, generated))).rejects.toThrow(
      /key pair afterpay-1 already exists and does not carry the tags/,
    );
  });

  test("changes its tags in place, and other people's stay", async () => {
    const account = await openAccount();
    const fields = { ...generated, tags: { team: "payments", stage: "test" } };
    const live = await account.pass(keyPair.create(account.context, made, fields));
    await account.sandbox.call("ec2", "CreateTags", {
      Resources: [live.outputs.id],
      Tags: [{ Key: "cost-centre", Value: "7" }],
    });
    const wanted = { ...fields, tags: { team: "platform" } };
    await account.pass(keyPair.update(account.context, live, wanted, ["tags"]));
    await account.pass(account.context.clock.sleep(60_000));
    expect((await theOnly(account, keyPair)).fields.tags).toEqual({ team: "platform" });
    const answer = JSON.stringify(await account.sandbox.call("ec2", "DescribeKeyPairs", {}));
    expect(answer).toContain("cost-centre");
    expect(answer).not.toContain("stage");
  });

  test("is deleted, twice if need be; the file stays", async () => {
    const account = await openAccount();
    const live = await account.pass(keyPair.create(account.context, made, generated));
    await account.pass(keyPair.delete(account.context, live));
    await account.pass(keyPair.delete(account.context, live));
    expect(await account.pass(keyPair.discover(account.context))).toEqual([]);
    expect(account.files.has("/keys/web.pem")).toBe(true);
  });
});
