import {
  AssociateWebACLCommand,
  CreateIPSetCommand,
  type CreateIPSetCommandInput,
  CreateWebACLCommand,
  type CreateWebACLCommandInput,
  GetWebACLCommand,
  GetWebACLForResourceCommand,
  type IPSetSummary,
  type Rule,
  type Statement,
  UpdateWebACLCommand,
  type UpdateWebACLCommandInput,
  WAFV2Client,
  type WebACLSummary,
} from "@aws-sdk/client-wafv2";
import { vi } from "vitest";
import type { Region } from "../../../src/sandbox/region.ts";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { services } from "../../../src/sandbox/services.ts";
import { World } from "../../../src/sandbox/world.ts";

/** An account under fake timers, and the client of AWS WAF. */
export interface Waf {
  readonly sandbox: Sandbox;
  readonly client: WAFV2Client;
  pass(seconds: number): void;
}

export async function openWaf(options: SandboxOptions = {}): Promise<Waf> {
  const consistency = { maxMilliseconds: 0 };
  const sandbox = await createSandbox({ speed: 1, consistency, ...options });
  const pass = (seconds: number) => {
    vi.setSystemTime(Date.now() + seconds * 1000);
    sandbox.advance();
  };
  return { sandbox, client: wafClient(sandbox), pass };
}

export function wafClient(sandbox: Sandbox, region = sandbox.region): WAFV2Client {
  return new WAFV2Client({
    region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

/** Another sandbox with the same account, in which AWS's own services have done something. */
export async function afterwards(
  sandbox: Sandbox,
  happen: (region: Region) => void,
): Promise<Sandbox> {
  const state = JSON.parse(sandbox.snapshot());
  const world = new World(state, {
    services,
    maxLag: 0,
    pageSize: Number.POSITIVE_INFINITY,
    defaultVpc: true,
    quotas: {},
    happens: () => false,
  });
  happen(world.region(sandbox.region));
  const consistency = { maxMilliseconds: 0 };
  return createSandbox({ speed: 1, consistency, snapshot: JSON.stringify(state) });
}

export function visibility(MetricName: string) {
  return { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName };
}

/** A rule that blocks what its statement matches. */
export function rule(Statement: Statement, more: Partial<Rule> = {}): Rule {
  const { Name = "block" } = more;
  return {
    Name,
    Priority: 0,
    Statement,
    Action: { Block: {} },
    VisibilityConfig: visibility(Name),
    ...more,
  };
}

/** A rule that runs a rule group of AWS. */
export function managed(Name: string, Priority = 0, more: Partial<Rule> = {}): Rule {
  return {
    Name,
    Priority,
    Statement: { ManagedRuleGroupStatement: { VendorName: "AWS", Name } },
    OverrideAction: { None: {} },
    VisibilityConfig: visibility(Name),
    ...more,
  };
}

export function webAclInput(
  more: Partial<CreateWebACLCommandInput> = {},
): CreateWebACLCommandInput {
  return {
    Name: "shop",
    Scope: "REGIONAL",
    DefaultAction: { Allow: {} },
    VisibilityConfig: visibility("shop"),
    ...more,
  };
}

type Client = Pick<Waf, "client">;

/** What the operations that create something answer. */
export type Summary = Record<"Name" | "Id" | "ARN" | "LockToken" | "Description", string>;

export async function createWebAcl(
  { client }: Client,
  more: Partial<CreateWebACLCommandInput> = {},
): Promise<Summary> {
  const { Summary = {} } = await client.send(new CreateWebACLCommand(webAclInput(more)));
  return whole(Summary);
}

/** Replaces all settings, with the given lock token or the one of `present`. */
export async function updateWebAcl(
  { client }: Client,
  { Name, Id, LockToken }: Summary,
  more: Partial<UpdateWebACLCommandInput> = {},
): Promise<string> {
  const { NextLockToken = "" } = await client.send(
    new UpdateWebACLCommand({ ...webAclInput(), Name, Id, LockToken, ...more }),
  );
  return NextLockToken;
}

export async function readWebAcl({ client }: Client, ARN: string) {
  const { WebACL, LockToken = "" } = await client.send(new GetWebACLCommand({ ARN }));
  if (WebACL === undefined) throw new Error("No web ACL was answered.");
  return { ...WebACL, LockToken };
}

export async function createIpSet(
  { client }: Client,
  more: Partial<CreateIPSetCommandInput> = {},
): Promise<Summary> {
  const { Summary = {} } = await client.send(
    new CreateIPSetCommand({
      Name: "blocked",
      Scope: "REGIONAL",
      IPAddressVersion: "IPV4",
      Addresses: ["192.0.2.0/24"],
      ...more,
    }),
  );
  return whole(Summary);
}

export async function associate({ client }: Client, WebACLArn: string, ResourceArn: string) {
  await client.send(new AssociateWebACLCommand({ WebACLArn, ResourceArn }));
}

/** The name of the web ACL that protects the resource. */
export async function protectorOf({ client }: Client, ResourceArn: string) {
  const { WebACL } = await client.send(new GetWebACLForResourceCommand({ ResourceArn }));
  return WebACL?.Name;
}

/** What AWS WAF says of an invalid parameter. */
export async function invalidity(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    const { name, Field, Parameter, Reason, message } = Object(error);
    return { name, Field, Parameter, Reason, message };
  }
  throw new Error("The call succeeded.");
}

function whole(summary: WebACLSummary | IPSetSummary): Summary {
  const { Name = "", Id = "", ARN = "", LockToken = "", Description = "" } = summary;
  return { Name, Id, ARN, LockToken, Description };
}
