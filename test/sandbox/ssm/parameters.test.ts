import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  paginateDescribeParameters,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { describe, expect, test } from "vitest";
import { createSandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { refusal } from "../clients.ts";

async function open(options: SandboxOptions = {}) {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 }, ...options });
  const ssm = new SSMClient({
    region: "ap-southeast-2",
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
  const put = (Name: string, Value = "value", Type: "SecureString" | "String" = "SecureString") =>
    ssm.send(new PutParameterCommand({ Name, Value, Type }));
  return { sandbox, ssm, put };
}

describe("a parameter", () => {
  test("is stored, described without its value, read, overwritten and deleted", async () => {
    const { ssm, put, sandbox } = await open();
    expect(await put("/shop/url", "one")).toMatchObject({ Version: 1 });
    const described = await ssm.send(new DescribeParametersCommand({}));
    expect(described.Parameters).toMatchObject([
      {
        Name: "/shop/url",
        Type: "SecureString",
        KeyId: "alias/aws/ssm",
        ARN: "arn:aws:ssm:ap-southeast-2:000000000000:parameter/shop/url",
        LastModifiedDate: expect.any(Date),
      },
    ]);
    expect(JSON.stringify(described)).not.toContain("one");
    const get = (WithDecryption: boolean) =>
      ssm.send(new GetParameterCommand({ Name: "/shop/url", WithDecryption }));
    expect((await get(true)).Parameter?.Value).toBe("one");
    expect((await get(false)).Parameter?.Value).not.toBe("one");
    expect(await refusal(put("/shop/url"))).toMatchObject({ code: "ParameterAlreadyExists" });
    const again = { Name: "/shop/url", Value: "two", Type: "String", Overwrite: true } as const;
    expect(await ssm.send(new PutParameterCommand(again))).toMatchObject({ Version: 2 });
    expect((await get(false)).Parameter?.Value).toBe("two");
    expect(sandbox.inventory()["parameter"]).toMatchObject([{ id: "/shop/url" }]);
    await ssm.send(new DeleteParameterCommand({ Name: "/shop/url" }));
    expect(sandbox.inventory()["parameter"]).toBeUndefined();
    expect(await refusal(get(true))).toMatchObject({ code: "ParameterNotFound", status: 400 });
  });

  test("is found by its name, with the others' names page by page", async () => {
    const { ssm, put } = await open({ pageSize: 2 });
    for (const name of ["/a", "/b", "/c/a", "d"]) await put(name);
    const names = async (filters: object[]) => {
      const found: (string | undefined)[] = [];
      const pages = paginateDescribeParameters(
        { client: ssm },
        { ParameterFilters: filters as never },
      );
      for await (const { Parameters = [] } of pages)
        found.push(...Parameters.map(({ Name }) => Name));
      return found;
    };
    expect(await names([])).toEqual(["/a", "/b", "/c/a", "d"]);
    expect(await names([{ Key: "Name", Values: ["/b", "d", "/none"] }])).toEqual(["/b", "d"]);
    expect(await names([{ Key: "Name", Option: "BeginsWith", Values: ["/c"] }])).toEqual(["/c/a"]);
    expect(await names([{ Key: "Name", Option: "Contains", Values: ["a"] }])).toEqual([
      "/a",
      "/c/a",
    ]);
    expect(await refusal(names([{ Key: "Label", Values: ["a"] }]))).toMatchObject({
      code: "UnsupportedOperation",
    });
  });

  test.each<[because: string, input: object, code: string]>([
    ["a name with a space", { Name: "a b" }, "ValidationException"],
    ["a path without a slash first", { Name: "a/b" }, "ValidationException"],
    ["sixteen levels", { Name: "/a".repeat(16) }, "ValidationException"],
    ["a value that is too long", { Value: "x".repeat(4097) }, "ValidationException"],
    ["no value", { Value: "" }, "ValidationException"],
    ["a type that does not exist", { Type: "Text" }, "ValidationException"],
    ["no type", { Type: undefined }, "ValidationException"],
    ["a tier that is not modelled", { Tier: "Advanced" }, "UnsupportedOperation"],
  ])("with %s is refused", async (_because, given, code) => {
    const { ssm, sandbox } = await open();
    const input = { Name: "/a", Value: "value", Type: "String" as const, ...given };
    expect(await refusal(ssm.send(new PutParameterCommand(input)))).toMatchObject({ code });
    expect(sandbox.inventory()["parameter"]).toBeUndefined();
  });
});
