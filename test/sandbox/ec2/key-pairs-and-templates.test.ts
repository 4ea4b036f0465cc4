import { createPublicKey, generateKeyPairSync } from "node:crypto";
import {
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteKeyPairCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeImagesCommand,
  DescribeKeyPairsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  ImportKeyPairCommand,
  ModifyLaunchTemplateCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, test } from "vitest";
import { encodePublicKey } from "../../../src/resources/shared/open-ssh-key.ts";
import { createSandbox, type Sandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "../clients.ts";

let sandbox: Sandbox;
let ec2: EC2Client;

/** `ssh-rsa AAAA…` of a new key. */
function rsaKey(modulusLength: number): string {
  return encodePublicKey(generateKeyPairSync("rsa", { modulusLength }).publicKey);
}

beforeEach(async () => {
  sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  ec2 = ec2Client(sandbox);
});

// Made for this test; its private half was thrown away.
const ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPsBwKi0bZ0S0gk8hKYOn5Aqjv0OTTDSLK5tlTsPw4v";

describe("a key pair", () => {
  test("that is imported is told back, with OpenSSH's own fingerprint", async () => {
    const tags = [{ Key: "a", Value: "b" }];
    await ec2.send(
      new ImportKeyPairCommand({
        KeyName: "mine",
        PublicKeyMaterial: new TextEncoder().encode(`${ED25519} someone@somewhere\n`),
        TagSpecifications: [{ ResourceType: "key-pair", Tags: tags }],
      }),
    );
    const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({ IncludePublicKey: true }));
    expect(KeyPairs).toMatchObject([
      { KeyName: "mine", KeyType: "ed25519", PublicKey: `${ED25519} mine`, Tags: tags },
    ]);
    const { KeyPairs: bare } = await ec2.send(new DescribeKeyPairsCommand({}));
    expect(bare?.[0]?.PublicKey).toBeUndefined();
    await ec2.send(new DeleteKeyPairCommand({ KeyName: "mine" }));
    // As EC2 does, also for one that is not there.
    await ec2.send(new DeleteKeyPairCommand({ KeyName: "mine" }));
    expect((await ec2.send(new DescribeKeyPairsCommand({}))).KeyPairs).toEqual([]);
  });

  test("that AWS makes comes with its private half, once", async () => {
    const { KeyMaterial = "" } = await ec2.send(new CreateKeyPairCommand({ KeyName: "theirs" }));
    const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({ IncludePublicKey: true }));
    const [, base64 = ""] = KeyPairs?.[0]?.PublicKey?.split(" ") ?? [];
    const modulus = createPublicKey(KeyMaterial).export({ format: "jwk" }).n ?? "";
    expect(Buffer.from(base64, "base64").includes(Buffer.from(modulus, "base64url"))).toBe(true);
    expect(JSON.stringify(sandbox.inventory())).not.toContain("PRIVATE");
  });

  test.each([
    ["no key", "hello", "InvalidKey.Format"],
    ["a key cut short", ED25519.slice(0, -20), "InvalidKey.Format"],
    ["a key of another kind than it says", ED25519.replace("ed25519", "rsa"), "InvalidKey.Format"],
    ["an RSA key of another length than EC2 takes", rsaKey(3072), "InvalidKey.Format"],
  ])("is refused: %s", async (_reason, text, code) => {
    const command = new ImportKeyPairCommand({
      KeyName: "mine",
      PublicKeyMaterial: new TextEncoder().encode(text),
    });
    expect((await refusal(ec2.send(command))).code).toBe(code);
  });

  test.each([1024, 2048, 4096])("is taken as an RSA key of %i bits", async (bits) => {
    const command = new ImportKeyPairCommand({
      KeyName: "mine",
      PublicKeyMaterial: new TextEncoder().encode(rsaKey(bits)),
    });
    expect((await ec2.send(command)).KeyName).toBe("mine");
  });

  test("has a name of its own", async () => {
    const command = new ImportKeyPairCommand({
      KeyName: "mine",
      PublicKeyMaterial: new TextEncoder().encode(ED25519),
    });
    await ec2.send(command);
    expect((await refusal(ec2.send(command))).code).toBe("InvalidKeyPair.Duplicate");
  });
});

describe("a launch template", () => {
  async function create(name: string, token?: string): Promise<string> {
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        ClientToken: token,
        LaunchTemplateData: {
          InstanceType: "t3.micro",
          MetadataOptions: { HttpTokens: "required" },
        },
      }),
    );
    return LaunchTemplate?.LaunchTemplateId ?? "";
  }

  test("has versions that are numbered, described, made the default, and deleted", async () => {
    const id = await create("web");
    await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: id,
        SourceVersion: "1",
        LaunchTemplateData: { InstanceType: "t3.small" },
      }),
    );
    const latest = new DescribeLaunchTemplateVersionsCommand({ Versions: ["$Latest"] });
    expect((await ec2.send(latest)).LaunchTemplateVersions).toMatchObject([
      {
        LaunchTemplateId: id,
        VersionNumber: 2,
        DefaultVersion: false,
        LaunchTemplateData: {
          InstanceType: "t3.small",
          MetadataOptions: { HttpTokens: "required" },
        },
      },
    ]);
    const removeDefault = new DeleteLaunchTemplateVersionsCommand({
      LaunchTemplateId: id,
      Versions: ["1"],
    });
    await refusal(ec2.send(removeDefault));
    await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion: "2" }));
    await ec2.send(removeDefault);
    const { LaunchTemplateVersions } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id }),
    );
    expect(LaunchTemplateVersions?.map((version) => version.VersionNumber)).toEqual([2]);
    await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }));
    expect((await ec2.send(new DescribeLaunchTemplatesCommand({}))).LaunchTemplates).toEqual([]);
  });

  test("is launched from, with the request's own values first", async () => {
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
    const id = await create("web");
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: Images?.[0]?.ImageId,
        MinCount: 1,
        MaxCount: 1,
        LaunchTemplate: { LaunchTemplateId: id, Version: "$Latest" },
        InstanceType: "t3.large",
      }),
    );
    expect(Instances).toMatchObject([
      { InstanceType: "t3.large", MetadataOptions: { HttpTokens: "required" } },
    ]);
  });

  test("is made once for one token, and its name once", async () => {
    const id = await create("web", "token");
    expect(await create("web", "token")).toBe(id);
    expect((await refusal(create("other", "token"))).code).toBe("IdempotentParameterMismatch");
    expect((await refusal(create("web"))).code).toBe(
      "InvalidLaunchTemplateName.AlreadyExistsException",
    );
  });

  test.each([
    [
      "a template that is not there",
      "InvalidLaunchTemplateId.NotFound",
      { LaunchTemplateId: "lt-0123456789abcdef0" },
    ],
    [
      "a name that is not there",
      "InvalidLaunchTemplateName.NotFoundException",
      { LaunchTemplateName: "none" },
    ],
    ["all versions of all templates", "InvalidParameterValue", {}],
    ["numbers of all templates", "InvalidParameterValue", { Versions: ["1"] }],
  ])("refuses %s", async (_reason, code, input) => {
    const command = new DescribeLaunchTemplateVersionsCommand(input);
    expect((await refusal(ec2.send(command))).code).toBe(code);
  });

  test("a version that is not there", async () => {
    const LaunchTemplateId = await create("web");
    const command = new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId,
      Versions: ["7"],
    });
    expect((await refusal(ec2.send(command))).code).toBe("InvalidLaunchTemplateId.VersionNotFound");
  });
});
