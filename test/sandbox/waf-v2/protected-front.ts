import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { createBalancer, elbv2Client, type Web } from "../elastic-load-balancing-v2/front.ts";
import { buildTier, openAccount } from "../tier.ts";
import { type Waf, wafClient } from "./waf.ts";

/** An account with a load balancer that is being provisioned, and the client of AWS WAF. */
export interface ProtectedFront extends Web, Waf {
  /** Its ARN. */
  readonly balancer: string;
}

export async function openProtectedFront(options: SandboxOptions = {}): Promise<ProtectedFront> {
  const account = await openAccount(options);
  const web = { account, tier: await buildTier(account), elbv2: elbv2Client(account) };
  const { sandbox, pass } = account;
  return { ...web, balancer: await createBalancer(web), sandbox, pass, client: wafClient(sandbox) };
}
