import {
  CheckCapacityCommand,
  CreateWebACLCommand,
  DeleteWebACLCommand,
  DisassociateWebACLCommand,
  GetWebACLForResourceCommand,
  UpdateWebACLCommand,
  type WebACL,
} from "@aws-sdk/client-wafv2";
import { ownTags } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import { createOrAdopt, unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { identity, withFields } from "../shared/owned.ts";
import {
  changeWafTags,
  deleteInWaf,
  REGIONAL,
  whenAvailable,
  withLockToken,
} from "../shared/web-acls.ts";
import {
  getWebAcl,
  type LiveWebAcl,
  shownOf,
  sweepWebAcls,
  type WebAclFields,
  type WebAclOutputs,
} from "./live.ts";
import { isOfShield, toSdkRules, visibilityOf } from "./rules.ts";

type Change = UpdateInput<WebAclFields, WebAclOutputs, ResourceContext>;

/** AWS refuses a second web ACL of the same name. */
export async function createWebAcl(
  context: ResourceContext,
  target: Target,
  { rules, tags }: WebAclFields,
): Promise<LiveWebAcl> {
  const { physicalName: Name } = target;
  const client = await context.clients.wafV2();
  const command = new CreateWebACLCommand({
    Name,
    Scope: REGIONAL,
    DefaultAction: { Allow: {} },
    Rules: toSdkRules(rules),
    VisibilityConfig: visibilityOf(Name),
    Tags: ownTags(identity(context, target), tags),
  });
  return createOrAdopt(
    context,
    `the web ACL ${Name}`,
    () => lookAtWebAcl(context, Name),
    // It may name IP sets that are new.
    () => whenAvailable(context, "the IP sets", () => client.send(command)),
  );
}

/** The stack's web ACL of this name. */
export async function lookAtWebAcl(
  context: ResourceContext,
  name: string,
): Promise<LiveWebAcl | undefined> {
  return (await sweepWebAcls(context, name))[0];
}

/**
 * Sets all rules in one call, as AWS wants it, and leaves everything else of the web ACL as it is: the rules that Shield
 * Advanced adds, what Firewall Manager manages, and settings that no stack file has.
 *
 * @throws OutsideError if somebody else has changed the rules since the plan.
 */
export async function changeRules({ context, live, fields }: Change): Promise<LiveWebAcl> {
  const { physicalName: Name, outputs } = live;
  const client = await context.clients.wafV2();
  const wanted = { rules: fields.rules, otherwise: fields.otherwise ?? "allow" };
  await withLockToken(context, async () => {
    const { WebACL: found, LockToken } = (await getWebAcl(context, Name, outputs.id)) ?? {};
    if (found === undefined) throw gone(Name);
    const now = shownOf(found);
    const planned = { rules: live.fields.rules, otherwise: live.fields.otherwise ?? "allow" };
    if (!sameValue(now, planned) && !sameValue(now, wanted)) throw changedSince(Name);
    await whenAvailable(context, "the IP sets", () =>
      client.send(
        new UpdateWebACLCommand({
          ...keptOf(found),
          Name,
          Id: outputs.id,
          Scope: REGIONAL,
          LockToken,
          DefaultAction: wanted.otherwise === "allow" ? { Allow: {} } : { Block: {} },
          Rules: [...toSdkRules(fields.rules), ...(found.Rules ?? []).filter(isOfShield)],
        }),
      ),
    );
  });
  return withFields(live, { ...fields, otherwise: wanted.otherwise }, ["rules", "otherwise"]);
}

function gone(name: string): OutsideError {
  return new OutsideError(`somebody deleted the web ACL ${name} since the plan`, {
    operation: "wafv2:GetWebACL",
    remedy: "Apply again: it is created again.",
  });
}

function changedSince(name: string): OutsideError {
  return new OutsideError(`somebody changed the rules of ${name} since the plan`, {
    operation: "wafv2:UpdateWebACL",
    remedy: "Apply again: the plan then shows what they are now.",
  });
}

/** What an update replaces although nobody wants to change it ("UpdateWebACL"). */
function keptOf({
  Description,
  VisibilityConfig,
  CustomResponseBodies,
  CaptchaConfig,
  ChallengeConfig,
  TokenDomains,
  AssociationConfig,
  DataProtectionConfig,
  OnSourceDDoSProtectionConfig,
  ApplicationConfig,
}: WebACL) {
  return {
    // An empty one is not accepted.
    ...(Description !== undefined && Description !== "" && { Description }),
    VisibilityConfig,
    CustomResponseBodies,
    CaptchaConfig,
    ChallengeConfig,
    TokenDomains,
    AssociationConfig,
    DataProtectionConfig,
    OnSourceDDoSProtectionConfig,
    ApplicationConfig,
  };
}

export async function changeUserTags({ context, live, fields }: Change): Promise<LiveWebAcl> {
  await changeWafTags(context, live.id, live.fields.tags, fields.tags);
  return withFields(live, fields, ["tags"]);
}

/** Its load balancer may be gone, or without it, for some minutes before AWS lets it go. */
export async function deleteWebAcl(
  context: ResourceContext,
  { id: arn, physicalName: Name, outputs: { id: Id } }: LiveWebAcl,
): Promise<void> {
  const client = await context.clients.wafV2();
  await leaveLoadBalancers(context, arn);
  await deleteInWaf(context, {
    what: `the web ACL ${Name}`,
    use: "associated",
    deadline: releaseDeadline,
    get: () => getWebAcl(context, Name, Id),
    remove: (LockToken) =>
      client.send(new DeleteWebACLCommand({ Name, Id, Scope: REGIONAL, LockToken })),
  });
}

/**
 * Disassociates it from the stack's load balancers, which stay if the stack file no longer has a firewall. A disassociate
 * names only the load balancer, and would hit another web ACL, too: so each load balancer is looked at right before.
 */
async function leaveLoadBalancers(context: ResourceContext, arn: string): Promise<void> {
  const client = await context.clients.wafV2();
  const users = (context.found ?? []).filter(({ uses }) => uses.includes(arn));
  for (const { id: ResourceArn } of users) {
    const get = new GetWebACLForResourceCommand({ ResourceArn });
    const now = await unlessGone(() => client.send(get));
    if (now?.WebACL?.ARN !== arn) continue;
    await unlessGone(() => client.send(new DisassociateWebACLCommand({ ResourceArn })));
  }
}

/** What AWS says the rules need, in web ACL capacity units. */
export async function checkedCapacity(
  context: ResourceContext,
  rules: WebAclFields["rules"],
): Promise<number> {
  const client = await context.clients.wafV2();
  const command = new CheckCapacityCommand({ Scope: REGIONAL, Rules: toSdkRules(rules) });
  return (await client.send(command)).Capacity ?? 0;
}

/** Other tools wait five minutes, and their users report longer waits. */
const releaseDeadline = 15 * 60_000;
