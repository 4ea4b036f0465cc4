import {
  GetWebACLCommand,
  ListWebACLsCommand,
  type WAFV2Client,
  type WebACL,
  type WebACLSummary,
} from "@aws-sdk/client-wafv2";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live, Note, TaggedObject } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { everyWafPage, mostPerPage, REGIONAL, taggedInWaf, wafTagsOf } from "../shared/web-acls.ts";
import { isOfShield, toRules, type WebAclRule } from "./rules.ts";

export interface WebAclFields {
  /** In the order in which AWS WAF judges by them. */
  readonly rules: readonly WebAclRule[];
  /** What becomes of a request that no rule matches. No stack file says anything but `allow`. */
  readonly otherwise?: "allow" | "block";
  readonly tags: Readonly<Record<string, string>>;
}

export interface WebAclOutputs {
  readonly arn: string;
  /** AWS's own id, which calls want beside the name. */
  readonly id: string;
}

export type LiveWebAcl = Live<WebAclFields, WebAclOutputs>;

/** The service cannot filter by tag: looks up all web ACLs, or the named one, then their tags. */
export async function sweepWebAcls(
  context: ResourceContext,
  name?: string,
): Promise<readonly LiveWebAcl[]> {
  const all = await listWebAcls(context);
  const found = all.filter((each) => name === undefined || each.Name === name);
  const live = await Promise.all(found.map((summary) => toLive(context, summary)));
  return live.filter((each) => each !== undefined);
}

export async function listWebAcls(context: ResourceContext): Promise<readonly WebACLSummary[]> {
  return lookUpWebAcls(await context.clients.wafV2(), undefined);
}

const lookUpWebAcls = sharedLookUp((client: WAFV2Client, _: undefined) =>
  everyWafPage<WebACLSummary>(async (NextMarker) => {
    const command = new ListWebACLsCommand({ Scope: REGIONAL, Limit: mostPerPage, NextMarker });
    const { WebACLs: acls = [], NextMarker: next } = await client.send(command);
    return [acls, next];
  }),
);

/** What carries tags, whoever it belongs to. */
export async function taggedWebAcls(context: ResourceContext): Promise<readonly TaggedObject[]> {
  return taggedInWaf(context, await listWebAcls(context));
}

/** The web ACL, and the token that a change of it needs. Undefined if it does not exist, or no longer. */
export async function getWebAcl(context: ResourceContext, Name: string, Id: string) {
  const client = await context.clients.wafV2();
  return unlessGone(() => client.send(new GetWebACLCommand({ Scope: REGIONAL, Name, Id })));
}

/** What the plan compares of a web ACL. */
export function shownOf({ Rules: rules = [], DefaultAction: action }: WebACL) {
  return {
    rules: toRules(rules),
    otherwise: action?.Block === undefined ? ("allow" as const) : ("block" as const),
  };
}

/** Undefined if it does not belong to the stack, or was deleted in the meantime. */
async function toLive(
  context: ResourceContext,
  { ARN: arn = "", Name: name = "", Id: id = "" }: WebACLSummary,
): Promise<LiveWebAcl | undefined> {
  const tags = await wafTagsOf(context, arn);
  const address = addressIn(tags, context.stack, "web-acl");
  if (address === undefined) return undefined;
  const found = (await getWebAcl(context, name, id))?.WebACL;
  if (found === undefined) return undefined;
  const shown = shownOf(found);
  const notes = notesOf(found);
  return {
    id: arn,
    address,
    physicalName: name,
    status: "ready",
    // AWS does not report it.
    createdAt: 0,
    fields: { ...shown, tags: userTagsOf(tags) },
    outputs: { arn, id },
    uses: shown.rules.flatMap(({ addresses }) => addresses ?? []),
    usesTypes: ["ip-set"],
    ...(notes.length > 0 && { notes }),
  };
}

/** What else judges the requests. */
function notesOf({
  Rules: rules = [],
  PreProcessFirewallManagerRuleGroups: first = [],
  PostProcessFirewallManagerRuleGroups: last = [],
}: WebACL): readonly Note[] {
  const shield = rules.filter(isOfShield).map(({ Name }) => Name);
  const managed = [...first, ...last].map(({ Name }) => Name);
  return [
    ...(shield.length === 0
      ? []
      : [
          {
            summary: `Shield Advanced has added a rule against an attack (${shield.join(", ")})`,
            remedy: "It stays. Shield Advanced removes it by itself.",
          },
        ]),
    ...(managed.length === 0
      ? []
      : [
          {
            summary: `Firewall Manager judges requests, too: ${managed.join(", ")}`,
            remedy: "Its rules stay. The administrator of Firewall Manager decides about them.",
          },
        ]),
  ];
}
