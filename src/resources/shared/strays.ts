import { paginateDescribeTags } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage, inChunks, mostFilterValues } from "../../aws/paging.ts";
import { addressIn, nameKey, stackKey, type Tag, toRecord, toTagList } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Problem } from "../../engine/plan-format.ts";
import type { StrayLookUp } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { resourceTypes } from "../all.ts";
import { imageKey } from "../image/inputs.ts";
import { awsCommand } from "./aws-command.ts";
import type { ResourceContext } from "./context.ts";
import { networkStrayPermissions } from "./network-strays.ts";
import { type Kind, kinds, presentOf, removeTag } from "./stray-kinds.ts";

/** An object that carries the stack's tag but that no resource type manages. */
export interface Stray {
  /** AWS's name for the type: "network-interface". */
  readonly type: string;
  readonly id: string;
  /** The value of `reconcile:name`, if the object has one. */
  readonly name: string | undefined;
  /** The command that removes it. */
  readonly command: string;
  /** Of a part of a network: the command that removes the stack's tag from it. */
  readonly untag?: string;
}

/** IAM actions of the lookups in EC2. */
const ec2Permissions = [
  "ec2:DescribeImages",
  "ec2:DescribeInstances",
  "ec2:DescribeKeyPairs",
  "ec2:DescribeLaunchTemplates",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSnapshots",
  "ec2:DescribeTags",
  "ec2:DescribeVolumes",
  ...networkStrayPermissions,
];

/** The types whose objects EC2's own tags do not show, each with its lookup. */
const elsewhere = resourceTypes.flatMap(({ name, strays, sweep }) =>
  strays === "ec2" ? [] : [{ type: name, lookUp: strays, mayBeUnused: sweep === "if-used" }],
);

/** IAM actions of these lookups, beside those of the resource types. */
export const strayPermissions = [
  ...ec2Permissions,
  ...elsewhere.flatMap(({ lookUp }) => lookUp.permissions),
];

/**
 * Objects that carry the stack's tag but that no resource type manages: their other tags do not match
 * anything that this program creates, or their type is unmanaged (a volume that somebody detached).
 */
export function findStrays(context: ResourceContext): Promise<readonly Stray[]> {
  return lookUpTagged(context, {
    isMeant: (kind, tags) => !isHandled(kind, tags, context.stack),
    attached: false,
  });
}

/** A stray as a problem, the way status and destroy show it. */
export function strayProblem(stray: Stray, stack: string): Problem {
  const { type, id, name } = stray;
  const says = name === undefined ? `has no ${nameKey}` : `its ${nameKey} is ${name}`;
  return {
    severity: "warning",
    summary: `the ${type} ${id} carries ${stackKey}=${stack}, but ${says}: this program does not manage it and leaves it unchanged`,
    remedy: remedyOf(stray),
  };
}

/** Servers may need a part of a network that has only lost its name: deleting it would cut them off. */
function remedyOf({ command, untag }: Stray): string {
  if (untag !== undefined) {
    return `If it is a part of the stack's network, put its ${nameKey} back: a plan shows it as the address of a resource to create. Otherwise remove its tag ${stackKey}: ${untag}.`;
  }
  return `If nobody needs it, run: ${command}. If it does not belong to the stack, remove its tag ${stackKey}.`;
}

/**
 * Verifies, after a destroy, that nothing carries the stack's tag. Waits for objects that AWS may
 * only be slow to show as deleted, but not for known strays.
 *
 * @throws OutsideError that names the remaining objects, with the commands that remove them.
 */
export async function requireNothingLeft(
  context: ResourceContext,
  known: readonly Stray[],
): Promise<void> {
  const isKnown = ({ id }: Stray) => known.some((stray) => stray.id === id);
  let left: readonly Stray[] = [];
  try {
    await waitFor({
      what: "everything that carries the stack's tag to be gone",
      // A volume is deleted with its instance. Tags disappear some time after their object.
      deadline: 120_000,
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<void>> => {
        left = await lookUpTagged(context, { isMeant: () => true, attached: true });
        const going = left.filter((stray) => !isKnown(stray));
        if (going.length === 0) return { done: undefined };
        return { pending: `AWS still shows ${going.map(({ id }) => id).join(", ")}` };
      },
    });
  } catch (error) {
    // Continues only after the deadline. After a failed lookup, what remains is unknown.
    if (!(error instanceof OutsideError)) throw error;
  }
  if (left.length > 0) throw leftBehind(left, context.stack);
}

function leftBehind(left: readonly Stray[], stack: string): OutsideError {
  const lines = left.map(({ type, id, name }) => {
    const says = name === undefined ? `without ${nameKey}` : `${nameKey} is ${name}`;
    return `  ${type} ${id} (${says})`;
  });
  return new OutsideError(
    `some resources with the tag ${stackKey}=${stack} still exist:\n${lines.join("\n")}`,
    {
      remedy: [
        "Check each of them. Delete it, or remove the tag if it does not belong to the stack:",
        ...left.map(({ command }) => `  ${command}`),
      ].join("\n"),
    },
  );
}

type Tags = readonly Tag[] | undefined;

function isHandled({ handled, byImage }: Kind, tags: Tags, stack: string): boolean {
  const isOf = (type: string) => addressIn(tags, stack, type) !== undefined;
  return handled.some(isOf) || (byImage && isOf("image") && toRecord(tags)[imageKey] !== undefined);
}

interface Question {
  readonly isMeant: (kind: Kind, tags: Tags) => boolean;
  /** Whether volumes and network interfaces count that belong to an instance. */
  readonly attached: boolean;
}

async function lookUpTagged(
  context: ResourceContext,
  question: Question,
): Promise<readonly Stray[]> {
  const region = await context.clients.region();
  const found = await Promise.all([
    taggedInEc2(context, region, question),
    ...elsewhere.map(async ({ type, lookUp, mayBeUnused }) => {
      try {
        return await taggedOfType(type, lookUp, { context, region, question });
      } catch (error) {
        // The lookup of the type's own objects warns of it, or fails if the stack may have any.
        if (mayBeUnused && isAwsError(error, "denied")) return [];
        throw error;
      }
    }),
  ]);
  return found.flat();
}

/** Objects of any type that EC2 tags. Omits deleted objects whose tags EC2 still returns. */
async function taggedInEc2(
  context: ResourceContext,
  region: string,
  question: Question,
): Promise<readonly Stray[]> {
  const marked = await ec2Tags(context, [
    { Name: "key", Values: [stackKey] },
    { Name: "value", Values: [context.stack] },
  ]);
  const ids = marked.map(({ id }) => id);
  const further = await Promise.all(
    inChunks(ids, mostFilterValues / 2).map((some) =>
      ec2Tags(context, [
        { Name: "resource-id", Values: some },
        { Name: "key", Values: [nameKey, imageKey] },
      ]),
    ),
  );
  const byId = Map.groupBy([...marked, ...further.flat()], ({ id }) => id);
  const tagsOf = (id: string) => byId.get(id)?.map(({ tag }) => tag);
  const meant = marked.filter(({ type, id }) => question.isMeant(kinds.of(type), tagsOf(id)));
  const present = await Promise.all(
    [...Map.groupBy(meant, ({ type }) => type)].map(async ([type, some]) => {
      const there = await presentOf(context, type, question.attached);
      return some
        .filter(({ id }) => there?.has(id) ?? true)
        .map(({ id }) => stray(type, id, tagsOf(id), { region, kind: kinds.of(type) }));
    }),
  );
  return present.flat();
}

interface Tagged {
  readonly type: string;
  readonly id: string;
  readonly tag: Tag;
}

async function ec2Tags(
  { clients }: ResourceContext,
  Filters: { Name: string; Values: string[] }[],
): Promise<readonly Tagged[]> {
  const pages = paginateDescribeTags({ client: clients.ec2 }, { Filters, MaxResults: 1000 });
  const tags = await everyPage(pages, (page) => page.Tags);
  return tags.map(({ ResourceType: type = "", ResourceId: id = "", ...tag }) => ({
    type,
    id,
    tag,
  }));
}

/** Objects of one type, which its service looks up with their tags. */
async function taggedOfType(
  type: string,
  { find, remove }: StrayLookUp<ResourceContext>,
  asked: {
    readonly context: ResourceContext;
    readonly region: string;
    readonly question: Question;
  },
): Promise<readonly Stray[]> {
  const { context, region, question } = asked;
  const kind: Kind = { handled: [type], byImage: false, ofNetwork: false, remove };
  return (await find(context))
    .filter(({ tags }) => tags[stackKey] === context.stack)
    .map(({ id, tags }) => ({ id, tags: toTagList(tags) }))
    .filter(({ tags }) => question.isMeant(kind, tags))
    .map(({ id, tags }) => stray(type, id, tags, { region, kind }));
}

function stray(
  type: string,
  id: string,
  tags: Tags,
  { region, kind }: { readonly region: string; readonly kind: Kind },
): Stray {
  const { [nameKey]: name } = toRecord(tags);
  return {
    type,
    id,
    name,
    command: awsCommand(region, ...kind.remove(id)),
    ...(kind.ofNetwork && { untag: awsCommand(region, ...removeTag(id)) }),
  };
}
