import type { AutoScalingGroup, Instance, LifecycleState } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import {
  heldRemedy,
  heldWords,
} from "../../../src/resources/auto-scaling-group/lifecycle-hooks.ts";
import {
  apartNotes,
  countsAsCapacity,
  isLeaving,
  memberNotes,
} from "../../../src/resources/auto-scaling-group/members.ts";
import { member as servingMember } from "./group-members.ts";

const region = "eu-west-1";

const member = (id: string, more: Partial<Instance> = {}) =>
  servingMember(id, { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" }, ...more });

function groupOf(Instances: Instance[], more: Partial<AutoScalingGroup> = {}): AutoScalingGroup {
  return {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 3,
    DesiredCapacity: 2,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "ELB",
    CreatedTime: new Date(0),
    LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
    Instances,
    ...more,
  };
}

describe("a member's lifecycle state", () => {
  const states: readonly (readonly [LifecycleState, counts: boolean, leaves: boolean])[] = [
    ["Pending", true, false],
    ["Pending:Wait", true, false],
    ["Pending:Proceed", true, false],
    ["InService", true, false],
    ["EnteringStandby", false, false],
    ["Standby", false, false],
    ["Detaching", false, false],
    ["Detached", false, false],
    ["Quarantined", false, false],
    ["Terminating", false, true],
    ["Terminating:Wait", false, false],
    ["Terminating:Proceed", false, true],
    ["Terminating:Retained", false, false],
    ["Warmed:Pending", false, false],
    ["Warmed:Stopped", false, false],
    ["Warmed:Running", false, false],
  ];
  test.each(states)("%s: counts %s, is leaving %s", (state, counts, leaves) => {
    expect(countsAsCapacity(state)).toBe(counts);
    expect(isLeaving(state)).toBe(leaves);
  });
});

describe("the notes on members", () => {
  test("are none where nobody is set apart", () => {
    expect(memberNotes(groupOf([member("i-1"), member("i-2")]), [], region)).toEqual([]);
  });

  test("name who is protected, before a change that would have removed it", () => {
    const group = groupOf([
      member("i-2", { ProtectedFromScaleIn: true }),
      member("i-1", { ProtectedFromScaleIn: true }),
      member("i-3", { ProtectedFromScaleIn: true, LifecycleState: "Terminating" }),
    ]);
    expect(memberNotes(group, [], region)).toEqual([
      {
        summary:
          "i-1 and i-2 are protected from scale-in: a rollout does not replace them, and a smaller capacity does not remove them",
        remedy:
          "To let a rollout replace them, remove the protection first: aws autoscaling set-instance-protection --auto-scaling-group-name web --instance-ids i-1 i-2 --no-protected-from-scale-in --region eu-west-1",
        concerns: {
          fields: [
            ...["launchTemplate", "mixedInstancesPolicy", "launchConfiguration"],
            ...["min", "max", "desired"],
          ],
        },
      },
    ]);
  });

  test("say whom a rollout has left on another version, or another template", () => {
    const apart = { ProtectedFromScaleIn: true };
    const members = [
      member("i-1", { ...apart, LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "1" } }),
      member("i-2", { ...apart, LaunchTemplate: { LaunchTemplateId: "lt-0", Version: "2" } }),
      member("i-3", apart),
      // Nobody keeps a rollout from this one: the plan rolls out to it.
      member("i-4", { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "1" } }),
    ];
    const group = groupOf(members, { DesiredCapacity: 4 });
    const stale = memberNotes(group, [], region).filter(({ concerns }) => concerns === undefined);
    expect(stale.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(
        /^i-1 still runs version 1 of the launch template, while the group uses version 2/,
      ),
      expect.stringMatching(/^i-2 still runs the launch template lt-0, while the group uses lt-1/),
    ]);
    expect(stale[0]?.remedy).toBe(
      "To let the next apply replace it: aws autoscaling set-instance-protection --auto-scaling-group-name web --instance-ids i-1 --no-protected-from-scale-in --region eu-west-1",
    );
  });

  test("say that more servers run than wanted, as long as each is protected", () => {
    const apart = { ProtectedFromScaleIn: true };
    const summaries = (desired: number) =>
      memberNotes(
        groupOf([member("i-1", apart), member("i-2", apart)], { DesiredCapacity: desired }),
        [],
        region,
      ).filter(({ concerns }) => concerns === undefined);
    expect(summaries(2)).toEqual([]);
    expect(summaries(1)).toEqual([
      {
        summary:
          "2 servers run for a capacity of 1: the group does not terminate servers that are protected from scale-in (i-1 and i-2)",
        remedy: expect.stringMatching(
          /: aws autoscaling set-instance-protection --auto-scaling-group-name web --instance-ids i-1 i-2 --no-protected-from-scale-in --region eu-west-1$/,
        ),
      },
    ]);
  });

  test("raise the maximum first, where a server on standby would not fit when it comes back", () => {
    const standby = member("i-1", { LifecycleState: "Standby" });
    const [note] = memberNotes(groupOf([standby], { MaxSize: 2 }), [], region);
    expect(note?.remedy).toBe(
      "To put it back into service: aws autoscaling update-auto-scaling-group --auto-scaling-group-name web --max-size 3 --region eu-west-1 and then: aws autoscaling exit-standby --auto-scaling-group-name web --instance-ids i-1 --region eu-west-1 (the next apply sets the group's size back to the stack file's)",
    );
  });

  test("say who is on standby, and that every new server is protected", () => {
    const standby = member("i-1", { LifecycleState: "Standby" });
    const group = groupOf([standby], { NewInstancesProtectedFromScaleIn: true });
    expect(memberNotes(group, [], region)).toEqual([
      {
        summary: expect.stringMatching(/^the group protects every new server from scale-in/),
        remedy: expect.stringMatching(/ --no-new-instances-protected-from-scale-in --region/),
      },
      {
        summary:
          "i-1 is on standby: it gets no requests, and neither a rollout nor a health check replaces it",
        remedy:
          "To put it back into service: aws autoscaling exit-standby --auto-scaling-group-name web --instance-ids i-1 --region eu-west-1",
      },
    ]);
  });

  const apart = { ProtectedFromScaleIn: true };
  const standby = { LifecycleState: "Standby" as const };
  const unprotect = (...ids: string[]) =>
    `aws autoscaling set-instance-protection --auto-scaling-group-name web --instance-ids ${ids.join(" ")} --no-protected-from-scale-in --region eu-west-1`;
  const exit = (...ids: string[]) =>
    `aws autoscaling exit-standby --auto-scaling-group-name web --instance-ids ${ids.join(" ")} --region eu-west-1`;

  test("speak of one as of one, and of several as of several", () => {
    const protectedOne = memberNotes(groupOf([member("i-1", apart)]), [], region);
    expect(protectedOne).toMatchObject([
      {
        summary:
          "i-1 is protected from scale-in: a rollout does not replace it, and a smaller capacity does not remove it",
        remedy: `To let a rollout replace it, remove the protection first: ${unprotect("i-1")}`,
      },
    ]);
    const none = groupOf([member("i-1", apart)], { DesiredCapacity: 0 });
    expect(memberNotes(none, [], region)[1]).toEqual({
      summary:
        "1 server runs for a capacity of 0: the group does not terminate servers that are protected from scale-in (i-1)",
      remedy: `To let the group terminate the surplus, remove the protection: ${unprotect("i-1")}`,
    });
    const two = groupOf([
      member("i-2", { LifecycleState: "EnteringStandby" }),
      member("i-1", standby),
    ]);
    expect(memberNotes({ ...two, MaxSize: 4 }, [], region)).toEqual([
      {
        summary:
          "i-1 and i-2 are on standby: they get no requests, and neither a rollout nor a health check replaces them",
        remedy: `To put them back into service: ${exit("i-1", "i-2")}`,
      },
    ]);
  });

  test("say of the group that it protects every new server, and how to end that", () => {
    const group = groupOf([], { NewInstancesProtectedFromScaleIn: true });
    expect(memberNotes(group, [], region)).toEqual([
      {
        summary:
          "the group protects every new server from scale-in: no rollout replaces such a server, and no smaller capacity removes it",
        remedy:
          "To stop protecting new servers: aws autoscaling update-auto-scaling-group --auto-scaling-group-name web --no-new-instances-protected-from-scale-in --region eu-west-1",
      },
    ]);
  });

  test("say how one on standby that is not as wanted takes part again", () => {
    const old = { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "1" } };
    const group = groupOf([member("i-1", { ...standby, ...old })]);
    expect(memberNotes(group, [], region)[1]).toEqual({
      summary:
        "i-1 still runs version 1 of the launch template, while the group uses version 2: a rollout does not replace it while it is protected or on standby",
      remedy: `To let the next apply replace it: ${exit("i-1")}`,
    });
  });

  test("compare with no template where the group, or the server, has none", () => {
    const old = { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "1" } };
    const none = { LaunchTemplate: undefined };
    const told = (of: Partial<Instance>, group: Partial<AutoScalingGroup>) =>
      memberNotes(groupOf([member("i-1", { ...standby, ...of })], group), [], region).length;
    expect(told(old, {})).toBe(2);
    expect(told(old, none)).toBe(1);
    expect(told(none, {})).toBe(1);
  });

  test("are none of members of which AWS does not tell the state, nor of a group without any", () => {
    const stateless = { ...member("i-1", apart), LifecycleState: undefined };
    expect(memberNotes(groupOf([stateless]), [], region)).toEqual([]);
    expect(memberNotes({ ...groupOf([]), Instances: undefined }, [], region)).toEqual([]);
    expect(
      memberNotes({ ...groupOf([]), DesiredCapacity: undefined as never }, [], region),
    ).toEqual([]);
  });

  test("on some members alone say why a rollout leaves these as they are", () => {
    const members = [member("i-1", apart), member("i-2", standby), member("i-3")];
    const notes = apartNotes(groupOf(members, { MaxSize: 2 }), members, region);
    expect(notes).toMatchObject([
      {
        summary: expect.stringMatching(/^i-1 is protected from scale-in/),
        remedy: expect.stringContaining("web"),
      },
      {
        summary: expect.stringMatching(/^i-2 is on standby/),
        remedy: expect.stringContaining("--auto-scaling-group-name web --max-size 3"),
      },
    ]);
    expect(apartNotes(groupOf(members), members.slice(2), region)).toEqual([]);
  });

  test("name the hook that holds one, and what lets it go on", () => {
    const hook = {
      LifecycleHookName: "warm-up",
      HeartbeatTimeout: 300,
      DefaultResult: "ABANDON",
    };
    const held = { id: "i-1", lifecycle: "Pending:Wait", hooks: [hook] };
    expect(memberNotes(groupOf([]), [held], region)).toEqual([
      {
        summary:
          "i-1 is Pending:Wait: the lifecycle hook warm-up holds it, for at most 300 s after each heartbeat (then ABANDON)",
        remedy:
          "If nothing else will complete the hook, complete it yourself so that the server continues: aws autoscaling complete-lifecycle-action --auto-scaling-group-name web --lifecycle-hook-name warm-up --instance-id i-1 --lifecycle-action-result CONTINUE --region eu-west-1",
      },
    ]);
    const several = { ...held, hooks: [hook, { ...hook, LifecycleHookName: "check" }] };
    expect(heldWords(several)).toBe(
      "is Pending:Wait: the lifecycle hook warm-up or check holds it",
    );
    expect(heldRemedy(several, { group: "web", region })).toMatch(
      / --lifecycle-hook-name warm-up .* --region eu-west-1 and then: aws .* --lifecycle-hook-name check /,
    );
    expect(heldWords({ ...held, hooks: [] })).toMatch(/held it no longer exists/);
  });
});
