import { DescribeCertificateCommand } from "@aws-sdk/client-acm";
import type { Clients } from "../../aws/clients.ts";
import { unlessGone } from "./consistency.ts";
import { plainName } from "./dns-names.ts";
import { publicZones, zoneTrouble } from "./hosted-zones.ts";

/** Undefined if the account has exactly one public hosted zone of this name. Else what is wrong, and what to do. */
export async function lookUpZoneTrouble(clients: Clients, zone: string) {
  const found = await publicZones(clients, zone);
  return found.length === 1 ? undefined : zoneTrouble(zone, found);
}

/** A certificate of the account, whoever made it. Null if there is none. */
export async function lookUpCertificate(clients: Clients, arn: string) {
  const client = await clients.acm();
  const answer = await unlessGone(() =>
    client.send(new DescribeCertificateCommand({ CertificateArn: arn })),
  );
  const found = answer?.Certificate;
  if (found === undefined) return null;
  const names = [found.DomainName ?? "", ...(found.SubjectAlternativeNames ?? [])];
  return { status: found.Status ?? "", names: [...new Set(names.map(plainName))] };
}
