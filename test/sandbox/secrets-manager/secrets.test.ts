import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { refusal } from "../clients.ts";

async function open() {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  const client = new SecretsManagerClient({
    region: "ap-southeast-2",
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
  const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
  return { sandbox, client, get };
}

describe("a secret", () => {
  test("is read by its name, its ARN, and its ARN without the random characters", async () => {
    const { client, get } = await open();
    const { ARN = "" } = await client.send(
      new CreateSecretCommand({ Name: "shop/api", SecretString: "one" }),
    );
    expect(ARN).toMatch(
      /^arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:shop\/api-[0-9a-zA-Z]{6}$/,
    );
    for (const id of ["shop/api", ARN, ARN.slice(0, -7)]) {
      expect(await get(id)).toMatchObject({ Name: "shop/api", SecretString: "one" });
    }
    await client.send(
      new PutSecretValueCommand({ SecretId: ARN, SecretBinary: Buffer.from("two") }),
    );
    const { SecretString, SecretBinary } = await get(ARN);
    expect([SecretString, Buffer.from(SecretBinary ?? []).toString()]).toEqual([undefined, "two"]);
  });

  test("is described without its value", async () => {
    const { client } = await open();
    const input = { Name: "a", SecretString: "one", KmsKeyId: "alias/own", Description: "d" };
    await client.send(new CreateSecretCommand(input));
    const described = await client.send(new DescribeSecretCommand({ SecretId: "a" }));
    expect(described).toMatchObject({
      Name: "a",
      KmsKeyId: "alias/own",
      Description: "d",
      CreatedDate: expect.any(Date),
    });
    expect(JSON.stringify(described)).not.toContain("one");
    const { SecretList } = await client.send(new ListSecretsCommand({}));
    expect(SecretList).toMatchObject([{ Name: "a" }]);
  });

  test("that is deleted cannot be read or made again, until it is gone for good", async () => {
    const { client, get, sandbox } = await open();
    const create = () => client.send(new CreateSecretCommand({ Name: "a", SecretString: "one" }));
    await create();
    expect(await refusal(create())).toMatchObject({ code: "ResourceExistsException" });
    await client.send(new DeleteSecretCommand({ SecretId: "a" }));
    expect(sandbox.inventory()["secret"]).toMatchObject([{ name: "a", state: "deleted" }]);
    expect(await refusal(get("a"))).toMatchObject({ code: "InvalidRequestException" });
    expect(await refusal(create())).toMatchObject({ code: "InvalidRequestException" });
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: "a" }));
    const days = ((DeletedDate?.getTime() ?? 0) - sandbox.now()) / (24 * 60 * 60 * 1000);
    expect(days).toBeCloseTo(30, 1);
    await client.send(new DeleteSecretCommand({ SecretId: "a", ForceDeleteWithoutRecovery: true }));
    expect(await refusal(get("a"))).toMatchObject({ code: "ResourceNotFoundException" });
    expect(sandbox.inventory()["secret"]).toBeUndefined();
  });

  test("without a value says so", async () => {
    const { client, get } = await open();
    await client.send(new CreateSecretCommand({ Name: "a" }));
    expect(await refusal(get("a"))).toMatchObject({
      code: "ResourceNotFoundException",
      message: expect.stringContaining("AWSCURRENT"),
    });
  });

  test.each<[because: string, input: object, code: string]>([
    ["a name with a space", { Name: "a b" }, "ValidationException"],
    [
      "two values",
      { SecretString: "one", SecretBinary: Buffer.from("one") },
      "InvalidParameterException",
    ],
    ["a value that is too long", { SecretString: "x".repeat(65_537) }, "ValidationException"],
  ])("with %s is refused", async (_because, given, code) => {
    const { client, sandbox } = await open();
    const input = { Name: "a", ...given };
    expect(await refusal(client.send(new CreateSecretCommand(input)))).toMatchObject({ code });
    expect(sandbox.inventory()["secret"]).toBeUndefined();
  });
});
