import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { targetOf } from "../../../src/engine/target.ts";
import { type KeyPairFields, keyPair } from "../../../src/resources/key-pair/index.ts";
import type { KeyFiles } from "../../../src/resources/shared/key-file.ts";
import { encodePrivateKey, encodePublicKey } from "../../../src/resources/shared/open-ssh-key.ts";
import { type Answers, beginning, openStage, ours, refusal } from "../answers.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const publicKey = encodePublicKey(privateKey);
const other = encodePublicKey(generateKeyPairSync("ed25519").privateKey);

const address = "key-pair/web";
const given: KeyPairFields = { publicKey, privateKeyFile: null, tags: { team: "payments" } };
const generated: KeyPairFields = { ...given, publicKey: "generated", privateKeyFile: "/web.pem" };

function targetFor(fields: KeyPairFields) {
  const target = targetOf({ stack: "afterpay", resource: { address }, fields, type: keyPair });
  if (target === undefined) throw new Error("a key pair has no name");
  return target;
}

const listed = (KeyName: string, key = publicKey) => ({
  KeyName,
  KeyPairId: "key-1",
  PublicKey: `${key} somebody@somewhere`,
  CreateTime: new Date(beginning),
  Tags: ours(address, { team: "payments" }),
});

const liveOf = (name: string, key = publicKey) =>
  ({
    id: name,
    address,
    physicalName: name,
    status: "ready",
    createdAt: beginning,
    fields: { publicKey: key, privateKeyFile: null, tags: { team: "payments" } },
    outputs: { id: "key-1", name, publicKey: key },
    uses: [],
  }) as const;

const own = { Name: "tag:reconcile:stack", Values: ["afterpay"] };

/** Of all key pairs with that name, what each look shows; the last one for ever. */
function open(looks: readonly (readonly object[])[], answers: Answers = {}, longer = 1) {
  let look = 0;
  const all: Answers = {
    "ec2:DescribeKeyPairs": () => {
      look += 1;
      return { KeyPairs: [...(looks[Math.min(look, looks.length) - 1] ?? [])] };
    },
    "ec2:ImportKeyPair": {},
    "ec2:DeleteKeyPair": {},
    ...answers,
  };
  const stage = openStage(all, { longer });
  const files: KeyFiles = {
    ...stage.context.files,
    read: async (path) => (path === "/web.pem" ? encodePrivateKey(privateKey) : undefined),
  };
  const { asked, told } = stage;
  return {
    asked,
    told,
    get calls() {
      return stage.calls;
    },
    context: { ...stage.context, files },
  };
}

describe("key pairs are found", () => {
  test("by the stack's tag, with what they are", async () => {
    const stage = open([[listed("web-1")]]);
    expect(await keyPair.discover(stage.context)).toEqual([liveOf("web-1")]);
    expect(stage.asked("ec2:DescribeKeyPairs")).toEqual([
      { Filters: [own], IncludePublicKey: true },
    ]);
  });

  test.each<[string, object]>([
    ["another stack's", { ...listed("web-1"), Tags: [{ Key: "reconcile:stack", Value: "x" }] }],
    ["another type's", { ...listed("web-1"), Tags: ours("image/web") }],
    ["one without a name", { ...listed("web-1"), KeyName: undefined }],
    ["one without an id", { ...listed("web-1"), KeyPairId: undefined }],
  ])("and %s is left out", async (_, one) => {
    expect(await keyPair.discover(open([[one]]).context)).toEqual([]);
  });

  test("and one of which AWS does not tell the key or its age is there all the same", async () => {
    const one = { ...listed("web-1"), PublicKey: undefined, CreateTime: undefined };
    const [live] = await keyPair.discover(open([[one]]).context);
    expect(live).toMatchObject({ id: "web-1", createdAt: 0, fields: { publicKey: "" } });
  });

  test("by a wanted name, whosever they are", async () => {
    const stage = open([[{ ...listed("web-1"), Tags: [] }, { ...listed("web-2") }]]);
    const sought = ["web-1", "web-2"].map((physicalName) => ({
      address: address as "key-pair/web",
      generation: "",
      physicalName,
      fields: given,
    }));
    expect(await keyPair.findForeign(stage.context, sought)).toEqual([
      {
        id: "key-1",
        physicalName: "web-1",
        summary: "a key pair named web-1 (key-1) exists and does not belong to this stack",
        remedy: expect.stringContaining("aws ec2 create-tags --resources key-1 "),
      },
    ]);
    expect(stage.asked("ec2:DescribeKeyPairs")).toMatchObject([
      { Filters: [{ Name: "key-name", Values: ["web-1", "web-2"] }] },
    ]);
  });
});

describe("whether a key pair is the wanted one", () => {
  const { equal, because, onChange } = keyPair.fields.publicKey;

  test("its key tells, or that any will do; another one is another key pair", () => {
    expect(equal?.(publicKey, publicKey)).toBe(true);
    expect(equal?.(other, publicKey)).toBe(false);
    expect(equal?.("generated", publicKey)).toBe(true);
    expect(because?.(publicKey, other)).toBe("the public key differs");
    expect(onChange).toBe("replace");
  });

  test("its comment does not tell", () => {
    const fields = { ...given, publicKey: `${publicKey} me@here` };
    expect(keyPair.normalize(fields)).toEqual(given);
    const unknown = { ref: "key-pair/other", output: "publicKey" } as const;
    expect(keyPair.normalize({ ...given, publicKey: unknown }).publicKey).toBe(unknown);
  });
});

describe("a key pair is made", () => {
  test("of the given key, with its tags, and shown", async () => {
    const stage = open([[], [listed("web-1")]]);
    const target = { ...targetFor(given), physicalName: "web-1" };
    expect(await keyPair.create(stage.context, target, given)).toEqual(liveOf("web-1"));
    expect(stage.asked("ec2:ImportKeyPair")).toEqual([
      {
        KeyName: "web-1",
        PublicKeyMaterial: new Uint8Array(Buffer.from(publicKey)),
        TagSpecifications: [
          { ResourceType: "key-pair", Tags: ours(address, { team: "payments" }) },
        ],
      },
    ]);
    expect(stage.asked("ec2:DescribeKeyPairs")).toMatchObject([
      { Filters: [own, { Name: "key-name", Values: ["web-1"] }] },
      {},
    ]);
    expect(stage.told).toEqual(["the key pair web-1 is not visible yet"]);
  });

  test("under the name that every later apply comes to, where the file is made only now", async () => {
    const byFile = targetFor(given).physicalName;
    const stage = open([[listed(byFile)]]);
    const target = targetFor(generated);
    expect(target.physicalName).not.toBe(byFile);
    expect(await keyPair.create(stage.context, target, generated)).toEqual(liveOf(byFile));
    expect(stage.asked("ec2:ImportKeyPair")).toMatchObject([{ KeyName: byFile }]);
  });

  test("under the name that the plan gave it, where that is not by the key", async () => {
    const stage = open([[listed("named")]]);
    const target = { ...targetFor(generated), physicalName: "named" };
    await keyPair.create(stage.context, target, generated);
    expect(stage.asked("ec2:ImportKeyPair")).toMatchObject([{ KeyName: "named" }]);
  });

  test("of no key where no file is named for one", async () => {
    const stage = open([[]]);
    const making = keyPair.create(stage.context, targetFor(generated), {
      ...generated,
      privateKeyFile: null,
    });
    await expect(making).rejects.toThrow("a generated key needs a file");
    expect(stage.calls).toEqual([]);
  });

  const taken = { "ec2:ImportKeyPair": () => refusal("InvalidKeyPair.Duplicate") };
  const target = { ...targetFor(given), physicalName: "web-1" };

  test("by an apply that was interrupted, and is taken as it is", async () => {
    const { context } = open([[listed("web-1")]], taken);
    expect(await keyPair.create(context, target, given)).toEqual(liveOf("web-1"));
    const commented = { ...given, publicKey: `${publicKey} me@here` };
    expect(await keyPair.create(context, target, commented)).toEqual(liveOf("web-1"));
  });

  test("by somebody else meanwhile, with another key: it is not taken", async () => {
    const { context } = open([[listed("web-1", other)]], taken);
    await expect(keyPair.create(context, target, given)).rejects.toMatchObject({
      name: "OutsideError",
      message:
        "somebody else imported the key pair web-1 with another public key during this apply",
      remedy: "Run the same command again in the directory that has the right key file.",
    });
  });

  test("by somebody else, without this stack's tags: it is not taken either", async () => {
    const { context } = open([[]], taken, 10);
    await expect(keyPair.create(context, target, given)).rejects.toThrow(
      /^the key pair web-1 already exists and does not carry the tags/,
    );
  });

  test("or AWS's refusal is told as it is", async () => {
    const stage = open([[]], { "ec2:ImportKeyPair": () => refusal("InvalidKey.Format") });
    await expect(keyPair.create(stage.context, target, given)).rejects.toMatchObject({
      code: "InvalidKey.Format",
    });
    expect(stage.calls).toEqual(["ec2:ImportKeyPair"]);
  });
});

describe("a key pair that is there", () => {
  test("changes its tags by its id", async () => {
    const set = ours(address, { team: "x" }).filter(({ Key }) => !/stack$|name$/.test(Key));
    const stage = open([], {
      "ec2:CreateTags": {},
      "ec2:DescribeTags": { Tags: set.map((tag) => ({ ...tag, ResourceId: "key-1" })) },
    });
    const live = liveOf("web-1");
    const wanted = { ...given, tags: { team: "x" } };
    expect(await keyPair.update(stage.context, live, wanted, ["tags"])).toEqual({
      ...live,
      fields: { ...live.fields, tags: wanted.tags },
    });
    expect(stage.asked("ec2:CreateTags")).toMatchObject([{ Resources: ["key-1"] }]);
    const idle = open([]);
    expect(await keyPair.update(idle.context, live, wanted, [])).toBe(live);
    await expect(keyPair.update(idle.context, live, wanted, ["privateKeyFile"])).rejects.toThrow(
      "no setter sets privateKeyFile",
    );
    expect(idle.calls).toEqual([]);
  });

  test("is deleted by its id, and ends when it is not listed any more", async () => {
    const stage = open([[listed("web-1")], []]);
    await keyPair.delete(stage.context, liveOf("web-1"));
    expect(stage.asked("ec2:DeleteKeyPair")).toEqual([{ KeyPairId: "key-1" }]);
    expect(stage.asked("ec2:DescribeKeyPairs")).toMatchObject([
      { Filters: [own, { Name: "key-pair-id", Values: ["key-1"] }] },
      {},
    ]);
    expect(stage.told).toEqual(["AWS still lists it"]);
  });

  test("and is listed for ever is named", async () => {
    const { context } = open([[listed("web-1")]], {}, 30);
    await expect(keyPair.delete(context, liveOf("web-1"))).rejects.toThrow(
      "s for the key pair web-1 to be gone",
    );
  });
});
