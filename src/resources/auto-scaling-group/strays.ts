import { toRecord } from "../../aws/tags.ts";
import type { StrayLookUp } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sweepTaggedGroups } from "./look-ups.ts";

export const groupStrays: StrayLookUp<ResourceContext> = {
  async find(context) {
    const groups = await sweepTaggedGroups(context);
    return groups.map(({ AutoScalingGroupName: id = "", Tags }) => ({ id, tags: toRecord(Tags) }));
  },
  remove: (id) => [
    "autoscaling delete-auto-scaling-group",
    { "auto-scaling-group-name": id, "force-delete": "" },
  ],
  permissions: ["autoscaling:DescribeAutoScalingGroups"],
};
