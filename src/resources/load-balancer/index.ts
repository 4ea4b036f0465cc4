import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { ownTags } from "../../aws/tags.ts";
import type { Caution, ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import { untilGroupsLeft } from "../auto-scaling-group/leaving-groups.ts";
import { createOrAdopt, retryNotFound, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { foreignAmong, loadBalancerTags } from "../shared/foreign.ts";
import { healthCheckRule, placementRules, sortedSets } from "../shared/load-balancer-fields.ts";
import { loadBalancerHours } from "../shared/load-balancer-hours.ts";
import { identity } from "../shared/owned.ts";
import { urlOutput } from "../shared/url.ts";
import { setters } from "./changes.ts";
import { consequences } from "./consequences.ts";
import {
  describeLoadBalancers,
  describeTags,
  type LoadBalancerFields,
  type LoadBalancerOutputs,
  sweepLoadBalancers,
} from "./live.ts";
import { policyCaution } from "./policies.ts";
import { toSdkListener } from "./settings.ts";
import { status } from "./status.ts";
import { loadBalancerStrays } from "./strays.ts";

export type { LoadBalancerFields, LoadBalancerOutputs } from "./live.ts";

export const loadBalancer: ResourceType<LoadBalancerFields, LoadBalancerOutputs, ResourceContext> =
  {
    name: "load-balancer",
    section: "loadBalancer",
    sweep: "if-used",
    replace: "create-first",
    naming: { maxLength: 32 }, // "CreateLoadBalancer", Elastic Load Balancing API Reference 2012-06-01
    fields: {
      ...placementRules,
      listeners: { onChange: "update", whenUsersCan: true },
      policies: { onChange: "update" },
      healthCheck: healthCheckRule,
      crossZone: { onChange: "update" },
      connectionDraining: { onChange: "update", inFile: { unit: "s" } },
      idleTimeout: { onChange: "update", inFile: { unit: "s" } },
      tags: tagsRule,
    },
    usualSeconds: { create: 4, update: 3, delete: 5 },
    consequences,
    shownOutputs: { url: urlOutput },
    hourlyItems: (object) => loadBalancerHours("classicLoadBalancer", object),
    serving: true,
    status,
    caution: cautionOf,
    holds: ["security-group", "subnet"],
    changedByUpdate: [],
    // The actions of EC2 and IAM: AWS checks them for the caller, even before it creates the service-linked
    // role in a new account ("Elastic Load Balancing API permissions", 2012-06-01).
    permissions: {
      discover: [
        "elasticloadbalancing:DescribeLoadBalancers",
        "ec2:DescribeSecurityGroups",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
      ],
      create: [
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:ConfigureHealthCheck",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        // AWS creates a group only for a load balancer without one, but its page requires this for all.
        "ec2:CreateSecurityGroup",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        { action: "iam:CreateServiceLinkedRole", service: "elasticloadbalancing.amazonaws.com" },
      ],
      update: [
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "elasticloadbalancing:ApplySecurityGroupsToLoadBalancer",
        "elasticloadbalancing:AttachLoadBalancerToSubnets",
        "elasticloadbalancing:DetachLoadBalancerFromSubnets",
        "elasticloadbalancing:CreateLoadBalancerListeners",
        "elasticloadbalancing:DeleteLoadBalancerListeners",
        "elasticloadbalancing:SetLoadBalancerPoliciesOfListener",
        "elasticloadbalancing:ConfigureHealthCheck",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
      ],
      delete: [
        "elasticloadbalancing:DeleteLoadBalancer",
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeLoadBalancers",
      ],
    },
    strays: loadBalancerStrays,

    normalize: sortedSets,

    discover: (context) => sweepLoadBalancers(context),

    async findForeign(context, sought) {
      const names = sought.map(({ physicalName }) => physicalName);
      const found = (await describeLoadBalancers(context)).filter((each) =>
        names.includes(each.LoadBalancerName ?? ""),
      );
      const tags = await describeTags(context, found);
      const holders = found
        // One that has no list of tags, not even an empty one, was just deleted.
        .filter(({ LoadBalancerName }) => tags.has(LoadBalancerName))
        .map(({ LoadBalancerName: id = "", DNSName }) => ({
          id,
          physicalName: id,
          what: `a load balancer named ${id} (${DNSName})`,
          tags: tags.get(id),
        }));
      return foreignAmong(context, sought, holders, loadBalancerTags);
    },

    async create(context, target, fields) {
      const name = target.physicalName;
      const what = `the load balancer ${name}`;
      const look = async () => (await sweepLoadBalancers(context, name))[0];
      const command = new CreateLoadBalancerCommand({
        LoadBalancerName: name,
        Scheme: fields.scheme === "internal" ? "internal" : undefined,
        Subnets: [...fields.subnets],
        SecurityGroups: [...fields.securityGroupIds],
        Listeners: fields.listeners.map(toSdkListener),
        Tags: ownTags(identity(context, target), fields.tags),
      });
      const made = await createOrAdopt(context, what, look, () =>
        retryNotFound(context, "the security groups", () =>
          context.clients.loadBalancing.send(command),
        ),
      );
      return loadBalancer.update(context, made, fields, loadBalancer.update.sets);
    },

    // Only what differs, because an interrupted create or update may have set some fields already.
    update: updateBySetters(setters, async ({ context, live, fields }, changed, set) => {
      const differing = differences(live.fields, fields, changed);
      if (differing.length === 0) return live;
      const expected = await set(differing);
      const name = live.physicalName;
      return untilSeen(
        context,
        `the changed load balancer ${name}`,
        async () => (await sweepLoadBalancers(context, name))[0],
        (found) => {
          const left = differences(found.fields, expected.fields, differing);
          return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
        },
      );
    }),

    async delete(context, live) {
      await untilGroupsLeft(context, { loadBalancers: [live.physicalName] });
      // Deleting a missing load balancer is not an error.
      await context.clients.loadBalancing.send(
        new DeleteLoadBalancerCommand({ LoadBalancerName: live.physicalName }),
      );
      await untilGone(context, `the load balancer ${live.physicalName}`, async () => {
        const found = await sweepLoadBalancers(context, live.physicalName);
        return found.length > 0 ? "AWS still lists it" : undefined;
      });
    },
  };

function cautionOf(wanted: LoadBalancerFields, live: LoadBalancerFields): Caution | undefined {
  const cautions = [portCaution(wanted, live), policyCaution(live, wanted.listeners)].filter(
    (each) => each !== undefined,
  );
  if (cautions.length < 2) return cautions[0];
  return {
    summary: cautions.map(({ summary }) => summary).join(" Also, "),
    remedy: cautions.map(({ remedy }) => remedy).join(" "),
  };
}

/** Warns that running servers may not answer on the new port or health check. */
function portCaution(wanted: LoadBalancerFields, live: LoadBalancerFields): Caution | undefined {
  const ports = wanted.listeners
    .filter(({ port, instancePort }) =>
      live.listeners.some((one) => one.port === port && one.instancePort !== instancePort),
    )
    .map(({ instancePort }) => instancePort);
  const isOtherCheck = wanted.healthCheck.target !== live.healthCheck.target;
  if (ports.length === 0 && !isOtherCheck) return undefined;
  const what =
    ports.length === 0
      ? `checks the servers' health at ${wanted.healthCheck.target}`
      : `sends requests to port ${ports.join(" and ")} of the servers`;
  return {
    summary: `from this change on, the load balancer ${what}. Servers that do not answer there serve no requests until they are replaced.`,
    remedy:
      "To avoid downtime, apply in three steps: first make the servers answer at both the old and the new port or path, then change the load balancer, then remove the old port or path.",
  };
}

function differences(
  live: LoadBalancerFields,
  wanted: LoadBalancerFields,
  named: readonly (keyof LoadBalancerFields & string)[],
) {
  const { normalize } = loadBalancer;
  return differingFields(normalize(live), normalize(wanted), named);
}
