import {
  DeleteKeyPairCommand,
  DescribeKeyPairsCommand,
  type Filter,
  ImportKeyPairCommand,
  type KeyPairInfo,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Live, ResourceType, Target } from "../../engine/resource.ts";
import { targetOf } from "../../engine/target.ts";
import { updateBySetters } from "../../engine/update.ts";
import { adopt, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagsRule, writeOnlyRule } from "../shared/field-rules.ts";
import { ec2Tags, foreignAmong } from "../shared/foreign.ts";
import { ensureKeyFile } from "../shared/key-file.ts";
import { withoutComment } from "../shared/open-ssh-key.ts";
import { ownFilters, tagSpecification, updateTags, withFields } from "../shared/owned.ts";
import { consequences } from "./consequences.ts";
import { keyFile, login } from "./login.ts";

/** What a key pair is made from. */
export interface KeyPairFields {
  /**
   * OpenSSH format without the comment (`ssh-ed25519 AAAA…`), or `generated`: any existing key matches.
   * If none exists, one is created, and its private key is written to `privateKeyFile`.
   */
  readonly publicKey: string;
  /**
   * The private key's file, if the key is generated. The path starts from the working directory, so that a plan
   * means the same on every machine. Unknown to AWS.
   */
  readonly privateKeyFile: string | null;
  /** The user's tags; the stack's own two are added by the resource. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface KeyPairOutputs {
  readonly id: string;
  readonly name: string;
  readonly publicKey: string;
}

type LiveKeyPair = Live<KeyPairFields, KeyPairOutputs>;

const generated = "generated";

export const keyPair: ResourceType<KeyPairFields, KeyPairOutputs, ResourceContext> = {
  name: "key-pair",
  section: "keyPair",
  replace: "create-first",
  naming: { maxLength: 255 }, // "ImportKeyPair", Amazon EC2 API Reference
  fields: {
    publicKey: {
      onChange: "replace",
      equal: (desired, live) => desired === generated || desired === live,
      because: () => "the public key differs",
    },
    privateKeyFile: writeOnlyRule("create"),
    tags: tagsRule,
  },
  usualSeconds: { create: 1, update: 1, delete: 1 },
  consequences,
  shownOutputs: { keyFile, login },
  newKeyFile: ({ privateKeyFile }) =>
    typeof privateKeyFile === "string" ? privateKeyFile : undefined,
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: ["ec2:DescribeKeyPairs"],
    create: ["ec2:DescribeKeyPairs", "ec2:ImportKeyPair", "ec2:CreateTags"],
    update: ["ec2:DescribeKeyPairs", "ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeTags"],
    delete: ["ec2:DescribeKeyPairs", "ec2:DeleteKeyPair"],
  },
  strays: "ec2",

  normalize: (fields) =>
    typeof fields.publicKey === "string"
      ? { ...fields, publicKey: withoutComment(fields.publicKey) }
      : fields,

  discover: (context) => sweep(context, []),

  async findForeign(context, sought) {
    const names = sought.map(({ physicalName }) => physicalName);
    const found = await describe(context, [{ Name: "key-name", Values: names }]);
    const holders = found.map(({ KeyPairId: id = "", KeyName: physicalName = "", Tags: tags }) => ({
      id,
      physicalName,
      what: `a key pair named ${physicalName} (${id})`,
      tags,
    }));
    return foreignAmong(context, sought, holders, ec2Tags);
  },

  async create(context, target, fields) {
    const publicKey = await publicKeyFor(fields);
    const named = { ...target, physicalName: nameFor(context, target, fields, publicKey) };
    const byName: Filter = { Name: "key-name", Values: [named.physicalName] };
    const look = async () => (await sweep(context, [byName]))[0];
    try {
      await context.clients.ec2.send(
        new ImportKeyPairCommand({
          KeyName: named.physicalName,
          PublicKeyMaterial: Buffer.from(publicKey),
          TagSpecifications: [tagSpecification("key-pair", context, target, fields.tags)],
        }),
      );
    } catch (error) {
      if (!isAwsError(error, "already-exists")) throw error;
      return sameKey(await adopt(context, nameOf(named), look, error), publicKey);
    }
    return untilSeen(context, nameOf(named), look);

    async function publicKeyFor({ publicKey, privateKeyFile }: KeyPairFields): Promise<string> {
      if (publicKey !== generated) return publicKey;
      if (privateKeyFile === null) throw new Error("a generated key needs a file");
      return ensureKeyFile(context.files, privateKeyFile);
    }
  },

  update: updateBySetters({
    publicKey: null,
    privateKeyFile: null,
    async tags({ context, live, fields }) {
      await updateTags(context, [live.outputs.id], live.fields.tags, fields.tags);
      return withFields(live, fields, ["tags"]);
    },
  }),

  /** Keeps the private key's file, because nobody could restore it. */
  async delete(context, live) {
    // By id, because a newer key with the same name is not ours. Deleting an unknown id is not an
    // error.
    await context.clients.ec2.send(new DeleteKeyPairCommand({ KeyPairId: live.outputs.id }));
    await untilGone(context, `the key pair ${live.physicalName}`, async () => {
      const found = await sweep(context, [{ Name: "key-pair-id", Values: [live.outputs.id] }]);
      return found.length > 0 ? "AWS still lists it" : undefined;
    });
  },
};

/**
 * A newly generated key determines the key pair's name only now. Every later apply finds the key
 * file and derives the same name. With another name, an apply that starts before AWS shows this key
 * pair would import the same key twice.
 */
function nameFor(
  context: ResourceContext,
  target: Target,
  fields: KeyPairFields,
  publicKey: string,
): string {
  const name = (key: string) => {
    const named = { ...fields, publicKey: key };
    const resource = { address: target.address };
    return targetOf({ stack: context.stack, resource, fields: named, type: keyPair })?.physicalName;
  };
  if (name(fields.publicKey) !== target.physicalName) return target.physicalName; // the file's own
  return name(withoutComment(publicKey)) ?? target.physicalName;
}

function nameOf(target: Target): string {
  return `the key pair ${target.physicalName}`;
}

function sameKey(live: LiveKeyPair, publicKey: string): LiveKeyPair {
  if (live.fields.publicKey === withoutComment(publicKey)) return live;
  throw new OutsideError(
    `somebody else imported the key pair ${live.physicalName} with another public key during this apply`,
    { remedy: "Run the same command again in the directory that has the right key file." },
  );
}

async function sweep(context: ResourceContext, further: readonly Filter[]): Promise<LiveKeyPair[]> {
  const found = await describe(context, ownFilters(context, further));
  return found.flatMap((info) => toLive(info, context.stack) ?? []);
}

/** DescribeKeyPairs has no pages. */
async function describe(context: ResourceContext, filters: Filter[]): Promise<KeyPairInfo[]> {
  const command = new DescribeKeyPairsCommand({ Filters: filters, IncludePublicKey: true });
  return (await context.clients.ec2.send(command)).KeyPairs ?? [];
}

function toLive(info: KeyPairInfo, stack: string): LiveKeyPair | undefined {
  const address = addressIn(info.Tags, stack, "key-pair");
  const { KeyName, KeyPairId } = info;
  if (address === undefined || KeyName === undefined || KeyPairId === undefined) return undefined;
  const publicKey = withoutComment(info.PublicKey ?? "");
  return {
    // What a launch template refers to.
    id: KeyName,
    address,
    physicalName: KeyName,
    status: "ready",
    createdAt: info.CreateTime?.getTime() ?? 0,
    fields: { publicKey, privateKeyFile: null, tags: userTagsOf(info.Tags) },
    outputs: { id: KeyPairId, name: KeyName, publicKey },
    uses: [],
  };
}
