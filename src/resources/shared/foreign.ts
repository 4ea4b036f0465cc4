import { addressIn, nameKey, stackKey, type Tag, toRecord } from "../../aws/tags.ts";
import { typeOf } from "../../engine/address.ts";
import type { Address, Foreign, Sought } from "../../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import type { ResourceContext } from "./context.ts";

/** An object in the account whose name the plan needs. */
export interface Holder {
  readonly id: string;
  readonly physicalName: string;
  /** "a key pair named ops (key-0123)". */
  readonly what: string;
  readonly tags: readonly Tag[] | undefined;
}

/** The AWS CLI command that tags an object of a type. */
type TagCommand = (
  id: string,
  tags: readonly (readonly [key: string, value: string])[],
) => readonly [operation: string, options: Readonly<Record<string, string | readonly string[]>>];

/** For objects of EC2. */
export const ec2Tags: TagCommand = (id, tags) => [
  "ec2 create-tags",
  { resources: id, tags: tags.map(([key, value]) => `Key=${key},Value=${value}`) },
];

export const loadBalancerTags: TagCommand = (id, tags) => [
  "elb add-tags",
  { "load-balancer-names": id, tags: tags.map(([key, value]) => `Key=${key},Value=${value}`) },
];

/** For target groups and application load balancers. */
export const loadBalancingV2Tags: TagCommand = (id, tags) => [
  "elbv2 add-tags",
  { "resource-arns": id, tags: tags.map(([key, value]) => `Key=${key},Value=${value}`) },
];

/** For web ACLs and IP sets. */
export const wafTags: TagCommand = (id, tags) => [
  "wafv2 tag-resource",
  { "resource-arn": id, tags: tags.map(([key, value]) => `Key=${key},Value=${value}`) },
];

export const groupTags: TagCommand = (id, tags) => [
  "autoscaling create-or-update-tags",
  {
    tags: tags.map(
      ([key, value]) =>
        `ResourceId=${id},ResourceType=auto-scaling-group,Key=${key},Value=${value},PropagateAtLaunch=true`,
    ),
  },
];

/**
 * The holders that do not belong to this stack, each with its missing tags and the command that adds
 * them. `after`: what the next apply then does with the object, if that may surprise.
 */
export async function foreignAmong(
  context: ResourceContext,
  sought: readonly Pick<Sought, "address" | "physicalName">[],
  holders: readonly Holder[],
  tagCommand: TagCommand,
  after?: string,
): Promise<Foreign[]> {
  const region = await context.clients.region();
  return holders.flatMap((holder) => {
    const { id, physicalName, what, tags } = holder;
    const address = sought.find((one) => one.physicalName === physicalName)?.address;
    if (address === undefined) return [];
    if (addressIn(tags, context.stack, typeOf(address)) !== undefined) return [];
    const { [stackKey]: owner, [nameKey]: name } = toRecord(tags);
    if (owner !== undefined && owner !== context.stack) {
      const summary = `${what} exists and belongs to the stack ${owner} (tag ${stackKey})`;
      return [{ id, physicalName, summary, remedy: capitalized(otherName) }];
    }
    const command = awsCommand(
      region,
      ...tagCommand(id, [
        [stackKey, context.stack],
        [nameKey, address],
      ]),
    );
    const half = owner !== undefined || name === address;
    return [
      {
        id,
        physicalName,
        summary: half
          ? `${what} exists and carries only part of this stack's tags: ${lack(owner, name, address)}`
          : `${what} exists and does not belong to this stack`,
        remedy: [
          half
            ? `If it belongs to this stack, complete its tags: ${command}.`
            : `If it belongs to this stack and lost its tags, put them back: ${command}.`,
          ...(after === undefined ? [] : [after]),
          `Otherwise delete it if nothing needs it, or ${otherName}`,
        ].join(" "),
      },
    ];
  });
}

const otherName = "choose another name for the stack, or for this section (name:).";

function lack(owner: string | undefined, name: string | undefined, address: Address): string {
  if (owner === undefined) return `${stackKey} is missing`;
  if (name === undefined) return `${nameKey} is missing`;
  return `${nameKey} is ${JSON.stringify(name)}, not the full address ${address}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
