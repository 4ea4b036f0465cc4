import { lookUpBaseImage } from "../../src/aws/base-images.ts";
import {
  type AutoScalingGroupFields,
  autoScalingGroup,
} from "../../src/resources/auto-scaling-group/index.ts";
import {
  type LaunchTemplateFields,
  launchTemplate,
} from "../../src/resources/launch-template/index.ts";
import { type LoadBalancerFields, loadBalancer } from "../../src/resources/load-balancer/index.ts";
import { securityGroup } from "../../src/resources/security-group/index.ts";
import { type Account, target } from "./account.ts";
import { withoutDemand } from "./auto-scaling-group/without-demand.ts";
import { templateData } from "./launch-template/data.ts";
import { lookUpNetwork } from "./security-group/network.ts";

/** A tier's fields, of which the security groups are made already. */
export interface Tier {
  readonly balancer: LoadBalancerFields;
  readonly template: LaunchTemplateFields;
  /** A security group that nobody gets through: what is behind it fails its health checks. */
  readonly closed: string;
  readonly otherImage: string;
}

/** The sandbox's base images answer on the port of SSH, so that is what health checks ask for. */
const ssh = 22;

/** @param port What health checks ask for. */
export async function openTier(account: Account, port = ssh): Promise<Tier> {
  const { context, clients, pass } = account;
  const release = { family: "amazon-linux-2023", release: "latest" };
  const [base, network, other] = await pass(
    Promise.all([
      lookUpBaseImage(clients, context.clock, release),
      lookUpNetwork(clients, { vpc: "default", zones: 2 }),
      lookUpBaseImage(clients, context.clock, { family: "debian-12", release: "latest" }),
    ]),
  );
  const { vpcId } = network;
  const group = (name: string, ingress: readonly string[]) =>
    pass(
      securityGroup.create(
        context,
        { ...target(securityGroup, name), address: `security-group/${name}` },
        {
          vpcId,
          description: name,
          ingress: ingress.map((peer) => ({ protocol: "tcp", fromPort: port, toPort: port, peer })),
          egress: [{ protocol: "-1", fromPort: null, toPort: null, peer: "0.0.0.0/0" }],
          tags: {},
        },
      ),
    );
  const front = await group("front", ["0.0.0.0/0"]);
  const web = await group("web", [front.id]);
  const closed = await group("closed", []);
  return {
    closed: closed.id,
    otherImage: other.id,
    balancer: {
      vpcId,
      scheme: "internet-facing",
      subnets: network.subnets.map(({ id }) => id),
      securityGroupIds: [front.id],
      listeners: [
        {
          protocol: "HTTP",
          port: 80,
          instanceProtocol: "HTTP",
          instancePort: port,
          certificate: null,
        },
      ],
      healthCheck: {
        target: `TCP:${port}`,
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
      crossZone: true,
      connectionDraining: 60,
      idleTimeout: 60,
      tags: { team: "payments" },
    },
    template: {
      ...templateData,
      imageId: base.id,
      securityGroupIds: [web.id],
      rootDeviceName: base.rootDeviceName,
      instanceProfile: null,
      // Tests of later versions count on from here.
      metadata: { tokens: "required", hopLimit: 1 },
      tags: { team: "payments" },
    },
  };
}

export const names = {
  balancer: target(loadBalancer, "afterpay-web"),
  template: target(launchTemplate, "afterpay-web"),
  group: target(autoScalingGroup, "afterpay-web"),
};

/** Load balancer and template, and the fields of a group of two on them. */
export async function openGroup(
  account: Account,
  balancerName = names.balancer.physicalName,
  port = ssh,
) {
  const { context, pass } = account;
  const tier = await openTier(account, port);
  const [balancer, template] = await pass(
    Promise.all([
      loadBalancer.create(context, target(loadBalancer, balancerName), tier.balancer),
      launchTemplate.create(context, names.template, tier.template),
    ]),
  );
  const fields: AutoScalingGroupFields = {
    min: 2,
    max: 3,
    desired: 2,
    ...withoutDemand,
    cooldown: 30,
    healthCheckType: "ELB",
    healthCheckGrace: 120,
    subnets: tier.balancer.subnets,
    loadBalancers: [balancer.outputs.name],
    targetGroups: null,
    targetPort: null,
    applicationLoadBalancer: null,
    launchTemplate: { id: template.outputs.id, version: template.outputs.version },
    mixedInstancesPolicy: null,
    unpropagatedTags: null,
    launchConfiguration: null,
    rollout: { minHealthy: 100, maxHealthy: 150, warmup: 60, rollback: true },
    tags: { team: "payments" },
  };
  return { tier, balancer, template, fields };
}
