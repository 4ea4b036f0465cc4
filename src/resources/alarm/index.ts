import type { FieldRule, ResourceType } from "../../engine/resource.ts";
import { oneSetter, updateBySetters } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { sameSet, tagsRule } from "../shared/field-rules.ts";
import {
  type AlarmFields,
  type AlarmOutputs,
  type AlarmUpdate,
  type LiveAlarm,
  normalAlarm,
  normalMetrics,
} from "./fields.ts";
import { shownMetrics } from "./shown-metrics.ts";

export type { AlarmFields, AlarmMetric, AlarmOutputs } from "./fields.ts";

/** Whom it tells. */
function actionsRule(state: string, because?: () => string): FieldRule<readonly string[]> {
  return {
    onChange: "update",
    equal: sameSet,
    inFile: { name: `notify (${state})` },
    ...(because && { because }),
  };
}

const settings = [
  "description",
  "metrics",
  "comparison",
  "threshold",
  "minutes",
  "breaching",
  "missing",
  "lowSamples",
  "alarmActions",
  "okActions",
  "otherActions",
  "enabled",
] as const;

/** An alarm of CloudWatch on the servers or their load balancer. Its code for AWS is loaded with the first call. */
export const alarm: ResourceType<AlarmFields, AlarmOutputs, ResourceContext> = {
  name: "alarm",
  section: "alarms",
  sweep: "if-used",
  replace: "create-first",
  naming: { maxLength: 255 }, // "PutMetricAlarm", Amazon CloudWatch API Reference
  fields: {
    description: { onChange: "update", minor: true },
    metrics: {
      onChange: "update",
      equal: (wanted, live) => sameValue(normalMetrics(wanted), normalMetrics(live)),
      shown: shownMetrics,
      because: () => "it watches other metrics",
      inFile: { name: "what is watched" },
    },
    comparison: { onChange: "update" },
    threshold: { onChange: "update" },
    minutes: { onChange: "update", inFile: { name: "for (minutes)" } },
    breaching: { onChange: "update", minor: true, inFile: { name: "for (breaching minutes)" } },
    missing: { onChange: "update", inFile: { name: "missing data" } },
    lowSamples: { onChange: "update", inFile: { name: "few samples" } },
    alarmActions: actionsRule("alarm"),
    okActions: actionsRule("end of an alarm"),
    otherActions: actionsRule("no data", () => "somebody added actions for missing data"),
    enabled: {
      onChange: "update",
      because: (before) =>
        before === false ? "somebody disabled its actions, so it tells nobody" : undefined,
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 3, update: 2, delete: 3 },
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    create: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
    update: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
    delete: ["cloudwatch:DeleteAlarms"],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedAlarms(context),
    remove: (id) => ["cloudwatch delete-alarms", { "alarm-names": id }],
    permissions: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
  },

  normalize: normalAlarm,

  discover: async (context) => (await import("./live.ts")).sweepAlarms(context),

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignAlarms(context, sought),

  async create(context, target, fields) {
    const { createAlarm } = await import("./changes.ts");
    const made = await createAlarm(context, target, normalAlarm(fields) as AlarmFields);
    return alarm.update(context, made, fields, alarm.update.sets);
  },

  update: updateBySetters(
    {
      tags: async (input) => (await import("./changes.ts")).changeAlarmTags(input),
      ...oneSetter(settings, change),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const wanted = normalAlarm(fields) as AlarmFields;
      const differing = differingFields(normalAlarm(live.fields) as AlarmFields, wanted, changed);
      if (differing.length === 0) return live;
      await set(differing);
      const [{ lookAtAlarm }, { untilSeen }] = await Promise.all([
        import("./live.ts"),
        import("../shared/consistency.ts"),
      ]);
      return untilSeen(
        context,
        `the changed alarm ${live.physicalName}`,
        () => lookAtAlarm(context, live.physicalName),
        (found) => {
          const seen = normalAlarm(found.fields) as AlarmFields;
          const left = differingFields(seen, wanted, differing);
          return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
        },
      );
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteAlarm(context, live),
};

async function change(
  input: AlarmUpdate,
  changed: readonly (keyof AlarmFields)[],
): Promise<LiveAlarm> {
  const fields = normalAlarm(input.fields) as AlarmFields;
  return (await import("./changes.ts")).changeAlarm({ ...input, fields }, changed);
}
