import { describe, expect, test } from "vitest";
import {
  describeInstances,
  isPresent,
  presentAmong,
  sweepInstances,
  terminateInstances,
  unprotectCommands,
} from "../../../src/resources/shared/instances.ts";
import { type Answers, openStage, refusal } from "../answers.ts";

const reservation = (...ids: string[]) => ({
  Instances: ids.map((InstanceId) => ({ InstanceId, State: { Name: "running" } })),
});

const ids = (found: readonly { readonly InstanceId?: string | undefined }[]) =>
  found.map(({ InstanceId }) => InstanceId);

describe("instances are looked for", () => {
  test("by the stack's tag and what else is asked, on every page, in every reservation", async () => {
    const stage = openStage({
      "ec2:DescribeInstances": ({ NextToken }) =>
        NextToken === undefined
          ? { Reservations: [reservation("i-1", "i-2"), {}], NextToken: "more" }
          : { Reservations: [reservation("i-3")] },
    });
    const further = [{ Name: "subnet-id", Values: ["subnet-1"] }];
    expect(ids(await sweepInstances(stage.context, further))).toEqual(["i-1", "i-2", "i-3"]);
    const Filters = [{ Name: "tag:reconcile:stack", Values: ["afterpay"] }, ...further];
    expect(stage.asked("ec2:DescribeInstances")[0]).toEqual({ Filters, MaxResults: 1000 });
    await sweepInstances(stage.context);
    expect(stage.asked("ec2:DescribeInstances").at(-1)).toMatchObject({
      Filters: Filters.slice(0, 1),
    });
  });

  test("by one call for all who ask at once", async () => {
    const stage = openStage({ "ec2:DescribeInstances": { Reservations: [] } });
    await Promise.all([sweepInstances(stage.context), sweepInstances(stage.context)]);
    expect(stage.calls).toHaveLength(1);
  });

  test("by their ids, as many a call as a filter has room for", async () => {
    const stage = openStage({
      "ec2:DescribeInstances": ({ Filters }) => {
        const [filter] = Filters as { Name: string; Values: string[] }[];
        expect(filter?.Name).toBe("instance-id");
        return { Reservations: [reservation(filter?.Values.at(-1) ?? "")] };
      },
    });
    const many = Array.from({ length: 201 }, (_, number) => `i-${number}`);
    expect(ids(await describeInstances(stage.context, many))).toEqual(["i-199", "i-200"]);
    expect(await describeInstances(stage.context, [])).toEqual([]);
    expect(stage.calls).toHaveLength(2);
  });

  test("and are there until they shut down", async () => {
    const states = ["pending", "running", "stopping", "stopped", "shutting-down", "terminated"];
    const Instances = [
      ...states.map((Name) => ({ InstanceId: Name, State: { Name } })),
      { State: { Name: "running" } },
    ];
    const stage = openStage({ "ec2:DescribeInstances": { Reservations: [{ Instances }] } });
    expect(await presentAmong(stage.context, states)).toEqual(states.slice(0, 4));
    expect(isPresent({})).toBe(true);
  });
});

describe("an instance is terminated", () => {
  /** Each look shows the next of these states. */
  const living = (...states: string[]): Answers => ({
    "ec2:TerminateInstances": {},
    "ec2:DescribeInstances": () => {
      const State = { Name: states.shift() ?? "terminated" };
      return { Reservations: [{}, { Instances: [{ InstanceId: "i-1", State }] }] };
    },
  });

  test("and gone when AWS says so, not before", async () => {
    const stage = openStage(living("running", "shutting-down"));
    await terminateInstances(stage.context, "the builder", ["i-1"]);
    expect(stage.asked("ec2:TerminateInstances")).toEqual([{ InstanceIds: ["i-1"] }]);
    expect(stage.asked("ec2:DescribeInstances")[0]).toEqual({ InstanceIds: ["i-1"] });
    expect(stage.told).toEqual(["i-1 is running", "i-1 is shutting-down"]);
    expect(stage.passed()).toBe(10);
  });

  test("and not taken for gone as long as AWS does not tell its state", async () => {
    const looks = [{ Instances: [{ InstanceId: "i-1" }] }];
    const stage = openStage({
      "ec2:TerminateInstances": {},
      "ec2:DescribeInstances": () => ({ Reservations: looks.splice(0) }),
    });
    await terminateInstances(stage.context, "the builder", ["i-1"]);
    expect(stage.passed()).toBe(5);
  });

  test("one by one, and one that is gone already keeps no other from it", async () => {
    const stage = openStage({
      "ec2:TerminateInstances": ({ InstanceIds }) =>
        String(InstanceIds) === "i-1" ? refusal("InvalidInstanceID.NotFound") : {},
      "ec2:DescribeInstances": refusal("InvalidInstanceID.NotFound"),
    });
    await terminateInstances(stage.context, "the builder", ["i-1", "i-2"]);
    expect(stage.asked("ec2:TerminateInstances")).toEqual([
      { InstanceIds: ["i-1"] },
      { InstanceIds: ["i-2"] },
    ]);
  });

  test("within a quarter of an hour, or it is said what hangs", async () => {
    const stage = openStage(living(...Array.from({ length: 500 }, () => "shutting-down")), {
      longer: 20,
    });
    await expect(terminateInstances(stage.context, "the builders", ["i-1", "i-2"])).rejects.toThrow(
      "waited 900 s for the builders i-1, i-2 to be gone; last seen: i-1 is shutting-down",
    );
  });

  test("unless somebody has protected it: it is said how to end that", async () => {
    const stage = openStage({
      "ec2:TerminateInstances": refusal("OperationNotPermitted", "'i-1' may not be terminated"),
    });
    const commands = ["no-disable-api-termination", "no-disable-api-stop"].map(
      (option) =>
        `aws ec2 modify-instance-attribute --instance-id i-1 --${option} --region eu-west-1`,
    );
    expect(unprotectCommands("i-1", "eu-west-1")).toEqual(commands);
    await expect(terminateInstances(stage.context, "the builder", ["i-1"])).rejects.toMatchObject({
      name: "OutsideError",
      message: expect.stringContaining("'i-1' may not be terminated"),
      code: "OperationNotPermitted",
      operation: "ec2:TerminateInstances",
      remedy: `To delete it, remove the protection, then run the same command again: ${commands.join(" and ")}`,
      cause: expect.objectContaining({ kind: expect.any(String) }),
    });
  });

  test.each<[what: string, answers: Answers]>([
    ["to terminate it", { "ec2:TerminateInstances": refusal("UnauthorizedOperation") }],
    [
      "to look at it",
      { "ec2:TerminateInstances": {}, "ec2:DescribeInstances": refusal("UnauthorizedOperation") },
    ],
  ])("by nobody who is not allowed %s", async (_what, answers) => {
    const stage = openStage(answers);
    await expect(terminateInstances(stage.context, "the builder", ["i-1"])).rejects.toMatchObject({
      kind: "denied",
    });
  });
});
