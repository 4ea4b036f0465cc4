import {
  DeleteNotificationConfigurationCommand,
  DescribeAutoScalingNotificationTypesCommand,
  DescribeNotificationConfigurationsCommand,
  PutNotificationConfigurationCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { DeleteTopicCommand } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { refusal } from "../clients.ts";
import { createTopic, snsClient } from "../sns/post.ts";
import { openScaling, type Scaling, web } from "./scaling.ts";
import { describeGroup } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const LAUNCH = "autoscaling:EC2_INSTANCE_LAUNCH";
const LAUNCH_ERROR = "autoscaling:EC2_INSTANCE_LAUNCH_ERROR";
const TERMINATE = "autoscaling:EC2_INSTANCE_TERMINATE";
const all = [LAUNCH, LAUNCH_ERROR, TERMINATE, "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"];

const topicOf = ({ account }: Scaling, name?: string) =>
  createTopic({ sns: snsClient(account.sandbox) }, name);

const put = ({ account }: Scaling, TopicARN: string, NotificationTypes = all) =>
  account.autoScaling.send(
    new PutNotificationConfigurationCommand({ ...web, TopicARN, NotificationTypes }),
  );

/** What the topic has sent: subjects and contents. */
function sent({ account }: Scaling) {
  return account.sandbox.messages().map(({ subject, text }) => {
    const content: Record<string, unknown> = JSON.parse(text);
    return { subject, content };
  });
}

async function rows({ account }: Scaling) {
  const { NotificationConfigurations = [] } = await account.autoScaling.send(
    new DescribeNotificationConfigurationsCommand({}),
  );
  return NotificationConfigurations.map(({ TopicARN, NotificationType }) => [
    TopicARN?.split(":").at(-1),
    NotificationType,
  ]);
}

const scale = ({ account }: Scaling, DesiredCapacity: number) =>
  account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity }));

test("a put sends a test, and later launches and terminations are told in AWS's JSON", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await put(scaling, await topicOf(scaling));
  const group = await describeGroup(account);
  const sender = {
    AccountId: "000000000000",
    AutoScalingGroupName: "web",
    AutoScalingGroupARN: group?.AutoScalingGroupARN,
    RequestId: expect.any(String),
    Service: "AWS Auto Scaling",
    Time: expect.stringMatching(/Z$/),
  };
  expect(sent(scaling)).toEqual([
    {
      subject: 'Auto Scaling: test notification for group "web"',
      content: { ...sender, Event: "autoscaling:TEST_NOTIFICATION" },
    },
  ]);
  await scale(scaling, 3);
  account.pass(600);
  const ids = (await describeGroup(account))?.Instances?.map(({ InstanceId }) => InstanceId) ?? [];
  const id = ids.at(-1);
  expect(sent(scaling).at(-1)).toEqual({
    subject: 'Auto Scaling: launch for group "web"',
    content: {
      ...sender,
      Origin: "EC2",
      Destination: "AutoScalingGroup",
      Progress: 50,
      ActivityId: expect.any(String),
      StartTime: expect.any(String),
      EndTime: expect.any(String),
      Description: `Launching a new EC2 instance: ${id}`,
      EC2InstanceId: id,
      StatusCode: "InProgress",
      StatusMessage: "",
      Details: {
        "Subnet ID": expect.stringMatching(/^subnet-/),
        "Availability Zone": expect.stringMatching(/^ap-southeast-2/),
      },
      Cause: expect.stringContaining("increasing the capacity from 2 to 3"),
      Event: LAUNCH,
    },
  });
  await scale(scaling, 2);
  account.pass(900);
  const last = sent(scaling).at(-1);
  expect(last).toMatchObject({
    subject: 'Auto Scaling: termination for group "web"',
    content: { Event: TERMINATE, Origin: "AutoScalingGroup", Destination: "EC2" },
  });
  expect(sent(scaling).length).toBe(3);
});

test("a failed launch is told, and the replacement of a lost server", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await put(scaling, await topicOf(scaling), [LAUNCH_ERROR, TERMINATE]);
  for (const zone of ["a", "b", "c"]) account.sandbox.setSupply(`ap-southeast-2${zone}`, "none");
  await scale(scaling, 3);
  account.pass(10);
  expect(sent(scaling).at(-1)).toMatchObject({
    subject: 'Auto Scaling: failed launch for group "web"',
    content: {
      Event: LAUNCH_ERROR,
      StatusCode: "Failed",
      Progress: 100,
      EC2InstanceId: "",
      StatusMessage: expect.stringContaining("Launching EC2 instance failed."),
    },
  });
  for (const zone of ["a", "b", "c"]) account.sandbox.setSupply(`ap-southeast-2${zone}`, "plenty");
  account.pass(1200);
  const before = sent(scaling).length;
  const [member] = (await describeGroup(account))?.Instances ?? [];
  const InstanceIds = [member?.InstanceId ?? ""];
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  account.pass(1200);
  // The launch of the replacement is not told: nobody asked for it.
  expect(
    sent(scaling)
      .slice(before)
      .map(({ content }) => content["Event"]),
  ).toEqual([TERMINATE]);
});

test("a put overwrites the types of its topic, and each topic gets its own types", async () => {
  const scaling = await openScaling();
  const topic = await topicOf(scaling);
  const other = await topicOf(scaling, "others");
  await put(scaling, topic, all);
  await put(scaling, other, [TERMINATE]);
  await put(scaling, topic, [LAUNCH]);
  expect((await rows(scaling)).toSorted()).toEqual([
    ["others", TERMINATE],
    ["people", LAUNCH],
  ]);
  await scale(scaling, 3);
  scaling.account.pass(600);
  expect(scaling.account.sandbox.messages().at(-1)?.topic).toBe(topic);
  const remove = () =>
    scaling.account.autoScaling.send(
      new DeleteNotificationConfigurationCommand({ ...web, TopicARN: topic }),
    );
  await remove();
  expect(await rows(scaling)).toEqual([["others", TERMINATE]]);
  expect(await refusal(remove())).toMatchObject({ code: "ValidationError" });
});

test("configurations are paged, and there are five types", async () => {
  const scaling = await openScaling();
  await put(scaling, await topicOf(scaling));
  const { autoScaling } = scaling.account;
  const page = (NextToken?: string) =>
    autoScaling.send(
      new DescribeNotificationConfigurationsCommand({
        AutoScalingGroupNames: ["web"],
        MaxRecords: 3,
        NextToken,
      }),
    );
  const first = await page();
  expect(first.NotificationConfigurations?.length).toBe(3);
  const second = await page(first.NextToken);
  expect(second.NotificationConfigurations?.length).toBe(1);
  expect(second.NextToken).toBeUndefined();
  const none = await autoScaling.send(
    new DescribeNotificationConfigurationsCommand({ AutoScalingGroupNames: ["none"] }),
  );
  expect(none.NotificationConfigurations).toEqual([]);
  const types = await autoScaling.send(new DescribeAutoScalingNotificationTypesCommand({}));
  expect(types.AutoScalingNotificationTypes).toEqual([...all, "autoscaling:TEST_NOTIFICATION"]);
});

test("a topic that does not exist, an eleventh topic and unknown types are refused", async () => {
  const scaling = await openScaling();
  const absent = "arn:aws:sns:ap-southeast-2:000000000000:absent";
  expect(await refusal(put(scaling, absent))).toMatchObject({
    code: "ValidationError",
    message: expect.stringContaining(absent),
  });
  for (let index = 0; index < 10; index += 1) {
    await put(scaling, await topicOf(scaling, `topic-${index}`));
  }
  const eleventh = await topicOf(scaling, "topic-10");
  expect(await refusal(put(scaling, eleventh))).toMatchObject({ code: "LimitExceededFault" });
  const present = await topicOf(scaling, "topic-0");
  expect(await refusal(put(scaling, present, ["autoscaling:LUNCH"]))).toMatchObject({
    code: "ValidationError",
  });
  await put(scaling, present, [LAUNCH]);
});

test("a deleted topic gets nothing, and the group lives on after saving", async () => {
  const scaling = await openScaling();
  const topic = await topicOf(scaling);
  await put(scaling, topic);
  await put(scaling, await topicOf(scaling, "others"), [LAUNCH]);
  await snsClient(scaling.account.sandbox).send(new DeleteTopicCommand({ TopicArn: topic }));
  await scale(scaling, 3);
  const snapshot = scaling.account.sandbox.snapshot();
  const sandbox = await createSandbox({ snapshot, speed: 1 });
  vi.setSystemTime(Date.now() + 600_000);
  expect(sandbox.messages().map(({ subject }) => subject)).toEqual([
    'Auto Scaling: test notification for group "web"',
    'Auto Scaling: launch for group "web"',
  ]);
});
