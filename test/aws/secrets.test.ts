import { describe, expect, test } from "vitest";
import { lookUpAccount } from "../../src/aws/facts.ts";
import { lookUpSecrets } from "../../src/aws/secrets.ts";
import { type Account, openAccount } from "../resources/account.ts";

async function open(): Promise<Account> {
  const account = await openAccount();
  const put = (service: string, operation: string, input: object) =>
    account.sandbox.call(service, operation, input);
  const parameter = { Type: "SecureString", Value: "hunter2" };
  await put("ssm", "PutParameter", { ...parameter, Name: "/shop/url" });
  await put("ssm", "PutParameter", { ...parameter, Name: "/shop/own", KeyId: "alias/shop" });
  await put("ssm", "PutParameter", { Name: "plain", Type: "String", Value: "hunter2" });
  await put("secretsmanager", "CreateSecret", { Name: "shop/api", SecretString: "hunter2" });
  const key = "arn:aws:kms:ap-southeast-2:000000000000:key/1";
  await put("secretsmanager", "CreateSecret", { Name: "own", SecretString: "s", KmsKeyId: key });
  await put("secretsmanager", "CreateSecret", { Name: "gone", SecretString: "s" });
  await account.pass(account.context.clock.sleep(60_000));
  await put("secretsmanager", "DeleteSecret", { SecretId: "gone" });
  await account.pass(account.context.clock.sleep(60_000));
  // Every plan asks once.
  await account.pass(lookUpAccount(account.clients));
  account.takeCalls();
  return account;
}

describe("an application's secrets", () => {
  test("are found with their ARNs and the account's own keys, and not read", async () => {
    const account = await open();
    const answers: string[] = [];
    account.sandbox.observe(({ output }) => void answers.push(JSON.stringify(output)));
    const references = [
      "ssm:/shop/url",
      "ssm:/shop/own",
      "ssm:plain",
      "secretsmanager:shop/api#key",
      "secretsmanager:own",
    ];
    const found = await account.pass(lookUpSecrets(account.clients, references));
    const ssm = "arn:aws:ssm:ap-southeast-2:000000000000:parameter";
    expect([...found].toSorted()).toEqual(
      [
        ["ssm:/shop/url", { arn: `${ssm}/shop/url` }],
        ["ssm:/shop/own", { arn: `${ssm}/shop/own`, key: "alias/shop" }],
        ["ssm:plain", { arn: `${ssm}/plain` }],
        ["secretsmanager:shop/api#key", { arn: expect.stringMatching(/:secret:shop\/api-\w{6}$/) }],
        [
          "secretsmanager:own",
          {
            arn: expect.stringMatching(/:secret:own-\w{6}$/),
            key: "arn:aws:kms:ap-southeast-2:000000000000:key/1",
          },
        ],
      ].toSorted(),
    );
    expect(
      account
        .takeCalls()
        .map(({ operation }) => operation)
        .toSorted(),
    ).toEqual([
      "secretsmanager:DescribeSecret",
      "secretsmanager:DescribeSecret",
      "ssm:DescribeParameters",
    ]);
    expect(answers.join()).not.toContain("hunter2");
  });

  test("that do not exist, or not in this region, or are deleted are said to be so", async () => {
    const account = await open();
    const references = ["ssm:shop/url", "secretsmanager:none", "secretsmanager:gone"];
    const found = await account.pass(lookUpSecrets(account.clients, references));
    expect(found.get("ssm:shop/url")).toBe(
      "the parameter shop/url does not exist in ap-southeast-2. A name is complete, with its path",
    );
    expect(found.get("secretsmanager:none")).toBe(
      "the secret none does not exist in ap-southeast-2",
    );
    expect(found.get("secretsmanager:gone")).toMatch(
      /^somebody deleted the secret gone, and AWS keeps it until 20\d\d-/,
    );
  });

  test("are asked for in as many calls as AWS's limit on a filter needs", async () => {
    const account = await open();
    const references = Array.from({ length: 51 }, (_, index) => `ssm:/p/${index}`);
    await account.pass(lookUpSecrets(account.clients, references));
    expect(account.takeCalls()).toHaveLength(2);
  });
});
