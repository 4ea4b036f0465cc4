import {
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiCall } from "../../src/sandbox/dispatcher.ts";
import type { Fault, FaultRule } from "../../src/sandbox/faults.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "./clients.ts";

const look = () => new DescribeVpcsCommand({});
const create = new CreateSecurityGroupCommand({ GroupName: "web", Description: "x" });

async function open(rules: readonly FaultRule[]): Promise<Sandbox> {
  return createSandbox({ speed: 1, consistency: { maxMilliseconds: 0 }, faults: { rules } });
}

async function groups(sandbox: Sandbox): Promise<number> {
  sandbox.setFaults({});
  const { SecurityGroups } = await ec2Client(sandbox).send(new DescribeSecurityGroupsCommand({}));
  return SecurityGroups?.length ?? 0;
}

describe("a fault answers in the words of its service", () => {
  const cases: [kind: Fault["kind"], ec2: string, sts: string][] = [
    ["throttle", "RequestLimitExceeded", "Throttling"],
    ["internal-error", "InternalError", "InternalFailure"],
    ["unavailable", "Unavailable", "ServiceUnavailable"],
    ["deny", "UnauthorizedOperation", "AccessDenied"],
    ["expired", "RequestExpired", "ExpiredToken"],
  ];
  test.each(cases)("%s: %s, %s", async (kind, ofEc2, ofSts) => {
    const sandbox = await open([{ kind }]);
    expect((await refusal(ec2Client(sandbox).send(look()))).code).toBe(ofEc2);
    const sts = new STSClient({
      region: "ap-southeast-2",
      credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
      requestHandler: sandbox.requestHandler,
      maxAttempts: 1,
    });
    expect((await refusal(sts.send(new GetCallerIdentityCommand({})))).code).toBe(ofSts);
  });

  test("or in the rule's own words", async () => {
    const rule = { kind: "error", code: "VolumeInUse", message: "Busy.", status: 400 } as const;
    const sandbox = await open([rule]);
    expect(await refusal(ec2Client(sandbox).send(look()))).toEqual({
      code: "VolumeInUse",
      message: "Busy.",
      status: 400,
    });
  });
});

test("before the effect nothing was done, after it everything was", async () => {
  const before = await open([{ operation: "CreateSecurityGroup", kind: "internal-error" }]);
  await refusal(ec2Client(before).send(create));
  expect(await groups(before)).toBe(1);
  const after = await open([
    { operation: "CreateSecurityGroup", kind: "internal-error", when: "after" },
  ]);
  await refusal(ec2Client(after).send(create));
  expect(await groups(after)).toBe(2);
});

test("a dropped connection is what the SDK retries", async () => {
  const sandbox = await open([{ operation: /^Describe/, kind: "drop", times: 2 }]);
  const ec2 = new EC2Client({
    region: "ap-southeast-2",
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 3,
  });
  const answer = await ec2.send(look());
  expect(answer.$metadata.attempts).toBe(3);
});

test("the n-th call, a share of the calls, and a span of time", async () => {
  vi.useFakeTimers({ now: 0, toFake: ["Date"] });
  const outcomes = async (rule: Partial<FaultRule>, count: number) => {
    const sandbox = await open([{ kind: "throttle", ...rule }]);
    const ec2 = ec2Client(sandbox);
    const results: string[] = [];
    for (let call = 0; call < count; call += 1) {
      const answer = await ec2.send(look()).then(
        () => "ok",
        (error: Error) => error.name,
      );
      results.push(answer === "ok" ? "ok" : "fault");
      vi.setSystemTime(Date.now() + 1000);
    }
    return results;
  };
  expect(await outcomes({ nth: 2 }, 3)).toEqual(["ok", "fault", "ok"]);
  expect(await outcomes({ times: 1 }, 3)).toEqual(["fault", "ok", "ok"]);
  const base = Date.now();
  expect(await outcomes({ from: base + 1000, until: base + 2000 }, 3)).toEqual([
    "ok",
    "fault",
    "ok",
  ]);
  const share = (await outcomes({ rate: 0.3 }, 200)).filter((result) => result === "fault").length;
  expect(share).toBeGreaterThan(30);
  expect(share).toBeLessThan(90);
});

test("a call that hangs ends with the caller's patience only, and may have done its work", async () => {
  const sandbox = await open([
    { operation: "CreateSecurityGroup", kind: "hang", when: "after", times: 1 },
  ]);
  const patience = new AbortController();
  const call = ec2Client(sandbox).send(create, { abortSignal: patience.signal });
  const state = await Promise.race([
    call.then(
      () => "answered",
      () => "failed",
    ),
    new Promise((resolve) => setImmediate(resolve, "waiting")),
  ]);
  expect(state).toBe("waiting");
  patience.abort();
  await expect(call).rejects.toThrow();
  expect(await groups(sandbox)).toBe(2);
});

describe("in time", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  test("a slow answer is late by sandbox time", async () => {
    const sandbox = await createSandbox({
      speed: 60,
      faults: { decide: () => ({ kind: "slow", delayMilliseconds: 60_000 }) },
    });
    let done = false;
    const call = ec2Client(sandbox)
      .send(look())
      .then(() => {
        done = true;
      });
    await vi.advanceTimersByTimeAsync(999);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await call;
    expect(done).toBe(true);
  });
});
afterEach(() => vi.useRealTimers());

test("observers hear of every call, its input, its outcome and its fault", async () => {
  const sandbox = await open([{ operation: "DescribeVpcs", kind: "throttle", nth: 2 }]);
  const calls: ApiCall[] = [];
  const stop = sandbox.observe((call) => calls.push(call));
  const ec2 = ec2Client(sandbox);
  await ec2.send(create);
  await refusal(ec2.send(create));
  await ec2.send(look());
  await refusal(ec2.send(look()));
  stop();
  await ec2.send(look());
  expect(calls).toMatchObject([
    {
      number: 1,
      service: "ec2",
      operation: "CreateSecurityGroup",
      region: "ap-southeast-2",
      writes: true,
      input: { GroupName: "web", Description: "x" },
      output: { GroupId: expect.stringMatching(/^sg-/) },
    },
    { number: 2, error: { code: "InvalidGroup.Duplicate" } },
    { number: 3, operation: "DescribeVpcs", writes: false },
    { number: 4, fault: { kind: "throttle" } },
  ]);
  expect(calls).toHaveLength(4);
  expect(calls[3]).not.toHaveProperty("output");
});

test("a key that says that it has expired is taken at its word", async () => {
  const sandbox = await open([]);
  const ec2 = new EC2Client({
    region: "ap-southeast-2",
    credentials: { accessKeyId: "EXPIRED1", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
  expect((await refusal(ec2.send(look()))).code).toBe("RequestExpired");
});
