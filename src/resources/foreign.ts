import { addressIn, nameKey, stackKey, type Tag, toRecord } from "../aws/tags.ts";
import type { Address, Foreign } from "../engine/resource.ts";
import { typeOf } from "../engine/values.ts";
import { awsCommand } from "./aws-command.ts";
import type { ResourceContext } from "./context.ts";

/** Something in the account that has a name which is wanted. */
export interface Holder {
  readonly id: string;
  readonly physicalName: string;
  /** "a key pair named ops (key-0123)". */
  readonly what: string;
  readonly tags: readonly Tag[] | undefined;
}

/** What is wanted under that name. */
export interface Sought {
  readonly address: Address;
  readonly physicalName: string;
}

/** How the AWS CLI puts tags on an object of a type. */
type TagCommand = (
  id: string,
  tags: readonly (readonly [key: string, value: string])[],
) => readonly [operation: string, options: Readonly<Record<string, string | readonly string[]>>];

/** Those of EC2. */
export const ec2Tags: TagCommand = (id, tags) => [
  "ec2 create-tags",
  { resources: id, tags: tags.map(([key, value]) => `Key=${key},Value=${value}`) },
];

export const loadBalancerTags: TagCommand = (id, tags) => [
  "elb add-tags",
  { "load-balancer-names": id, tags: tags.map(([key, value]) => `Key=${key},Value=${value}`) },
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
 * Those of the holders that are not this stack's, each with what its tags lack and the command that
 * makes it the stack's. `after`: what becomes of it then, where that is not plain.
 */
export async function foreignAmong(
  context: ResourceContext,
  sought: readonly Sought[],
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
      const summary = `${what} exists and is the stack ${owner}'s, by its tag ${stackKey}`;
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
          ? `${what} exists and has half of this stack's tags: ${lack(owner, name, address)}`
          : `${what} exists and is not this stack's`,
        remedy: [
          half
            ? `If it is this stack's, complete its tags: ${command}.`
            : `If it is this stack's and has lost its tags, put them back: ${command}.`,
          ...(after === undefined ? [] : [after]),
          `Otherwise delete it if nothing needs it, or ${otherName}`,
        ].join(" "),
      },
    ];
  });
}

const otherName = "choose another name for the stack or (name:) for this section.";

function lack(owner: string | undefined, name: string | undefined, address: Address): string {
  if (owner === undefined) return `${stackKey} is missing`;
  if (name === undefined) return `${nameKey} is missing`;
  return `${nameKey} is ${JSON.stringify(name)}, not the whole address ${address}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
