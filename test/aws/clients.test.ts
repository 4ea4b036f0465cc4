import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing";
import type { HttpRequest } from "@smithy/core/protocols";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { openAccount } from "../resources/account.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("the SDK's clients", () => {
  test("tell of each call once, with its attempts", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation: "DescribeVpcs", times: 3, kind: "throttle" }],
    });
    const { ec2 } = account.clients;
    await account.pass(ec2.send(new DescribeVpcsCommand({})));
    const calls = account.takeCalls();
    expect(calls).toMatchObject([{ operation: "ec2:DescribeVpcs", attempts: 4 }]);
    expect(calls[0]).not.toHaveProperty("error");
  });

  test.each([
    ["throttle", "throttled"],
    ["internal-error", "unavailable"],
    ["unavailable", "unavailable"],
  ] as const)("outlast some %s, and give up at last", async (kind, meaning) => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ kind }] });
    const sending = account.pass(account.clients.ec2.send(new DescribeVpcsCommand({})));
    await expect(sending).rejects.toMatchObject({ kind: meaning, operation: "ec2:DescribeVpcs" });
    const [call] = account.takeCalls();
    expect(call?.attempts).toBeGreaterThan(5);
    expect(call?.error).toBeDefined();
  });

  test("fail at once where repeating does not help", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ kind: "deny" }] });
    const sending = account.pass(account.clients.ec2.send(new DescribeVpcsCommand({})));
    await expect(sending).rejects.toMatchObject({ kind: "denied" });
    expect(account.takeCalls()).toMatchObject([{ attempts: 1, error: "UnauthorizedOperation" }]);
  });

  test("survive a connection that breaks", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ kind: "drop", times: 2 }] });
    await account.pass(account.clients.ec2.send(new DescribeVpcsCommand({})));
    expect(account.takeCalls()).toMatchObject([{ attempts: 3 }]);
  });

  test("repeat what Elastic Load Balancing alone calls throttling, at throttling's pace", async () => {
    const account = await openAccount();
    const fault = { kind: "error", code: "DependencyThrottle", message: "Rate exceeded" } as const;
    const operation = "DescribeLoadBalancers";
    account.sandbox.setFaults({ rules: [{ operation, ...fault, status: 400, times: 9 }] });
    // All nine waits at their longest: 1 s, doubled up to 20 s.
    vi.spyOn(Math, "random").mockReturnValue(0.999_999);
    const started = Date.now();
    await account.pass(account.clients.loadBalancing.send(new DescribeLoadBalancersCommand({})));
    expect(account.takeCalls()).toMatchObject([{ attempts: 10 }]);
    expect(Date.now() - started).toBeGreaterThan(105_000);
  });

  test.each(["ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN", "ENOTFOUND", "EAI_AGAIN"])(
    "repeat a call that ends with the system's %s",
    async (code) => {
      const account = await openAccount();
      let broken = 2;
      const clients = createClients({
        region: account.sandbox.region,
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
        requestHandler: {
          handle: (request: HttpRequest) => {
            broken -= 1;
            if (broken < 0) return account.sandbox.requestHandler.handle(request);
            return Promise.reject(Object.assign(new Error(`connect ${code}`), { code }));
          },
        },
      });
      const { Vpcs } = await account.pass(clients.ec2.send(new DescribeVpcsCommand({})));
      expect(Vpcs).toHaveLength(1);
      expect(broken).toBe(-1);
    },
  );

  test("without a region say where to name one", async () => {
    for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    const clients = createClients({ credentials: { accessKeyId: "a", secretAccessKey: "b" } });
    const expected = { kind: "region", remedy: expect.stringContaining("--region") };
    await expect(clients.region()).rejects.toMatchObject(expected);
    const sending = clients.ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject(expected);
    clients.destroy();
  });

  test("refuse a region that can be none", async () => {
    const clients = createClients({ region: "no region" });
    await expect(clients.region()).rejects.toMatchObject({ kind: "region", code: "RegionInvalid" });
    clients.destroy();
  });

  test.each<[because: string, first: string, second: string, region: string]>([
    ["AWS_REGION goes before AWS_DEFAULT_REGION", "eu-central-1", "us-east-1", "eu-central-1"],
    ["which goes before the profile", "", "us-east-1", "us-east-1"],
    ["which comes last", "", "", "sa-east-1"],
  ])("take the region from the environment: %s", async (_because, first, second, region) => {
    const directory = mkdtempSync(join(tmpdir(), "reconcile-region-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(join(directory, "config"), "[default]\nregion = sa-east-1\n");
    vi.stubEnv("AWS_PROFILE", undefined);
    vi.stubEnv("AWS_CONFIG_FILE", join(directory, "config"));
    vi.stubEnv("AWS_REGION", first);
    vi.stubEnv("AWS_DEFAULT_REGION", second);
    const clients = createClients();
    expect(await clients.region()).toBe(region);
    clients.destroy();
  });
});
