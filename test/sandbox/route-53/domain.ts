import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { vi } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";

/** An account under fake timers, and the client of Route 53. */
export interface Domain {
  readonly sandbox: Sandbox;
  readonly route53: Route53Client;
  pass(seconds: number): void;
}

export async function openDomain(options: SandboxOptions = {}): Promise<Domain> {
  const sandbox = await createSandbox({
    speed: 1,
    consistency: { maxMilliseconds: 0 },
    ...options,
  });
  return {
    sandbox,
    route53: route53Client(sandbox),
    pass: (seconds) => {
      vi.setSystemTime(Date.now() + seconds * 1000);
      sandbox.advance();
    },
  };
}

export function route53Client(sandbox: Sandbox): Route53Client {
  return new Route53Client({
    region: sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

type Client = Pick<Domain, "route53">;

/** @returns the zone's id and its name servers. */
export async function createZone({ route53 }: Client, Name = "example.com") {
  const made = await route53.send(
    new CreateHostedZoneCommand({ Name, CallerReference: `made ${Name} ${Math.random()}` }),
  );
  const id = (made.HostedZone?.Id ?? "").replace("/hostedzone/", "");
  return { id, nameServers: made.DelegationSet?.NameServers ?? [], made };
}

/** @returns the change's id. */
export async function change(
  { route53 }: Client,
  HostedZoneId: string,
  ...Changes: readonly Change[]
): Promise<string> {
  const { ChangeInfo } = await route53.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes: [...Changes] } }),
  );
  return ChangeInfo?.Id ?? "";
}

export function set(
  Name: string,
  Type: ResourceRecordSet["Type"],
  ...values: readonly string[]
): ResourceRecordSet {
  return { Name, Type, TTL: 300, ResourceRecords: values.map((Value) => ({ Value })) };
}

export const create = (ResourceRecordSet: ResourceRecordSet): Change => ({
  Action: "CREATE",
  ResourceRecordSet,
});

export const remove = (ResourceRecordSet: ResourceRecordSet): Change => ({
  Action: "DELETE",
  ResourceRecordSet,
});

export const upsert = (ResourceRecordSet: ResourceRecordSet): Change => ({
  Action: "UPSERT",
  ResourceRecordSet,
});

/** The record sets of a zone but those that Route 53 made: `CNAME www.example.com.`. */
export async function setsOf({ route53 }: Client, HostedZoneId: string): Promise<string[]> {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId }),
  );
  return ResourceRecordSets.map(({ Type, Name }) => `${Type} ${Name}`).filter(
    (text) => !/^(NS|SOA) /.test(text),
  );
}
