import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { NameServers } from "../../../src/dns/name-servers.ts";
import type { Live } from "../../../src/engine/resource.ts";
import {
  type CertificateFields,
  type CertificateOutputs,
  certificate,
} from "../../../src/resources/certificate/index.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { validationRecord } from "../../../src/sandbox/certificate-manager/validation-record.ts";
import { type Account, openAccount, target } from "../account.ts";

export type LiveCertificate = Live<CertificateFields, CertificateOutputs>;

export const names = { certificate: target(certificate, "afterpay") };

/** An account with the hosted zone example.com. */
export interface Domain extends Account {
  readonly zoneId: string;
}

export async function openDomain(): Promise<Domain> {
  const account = await openAccount();
  return { ...account, zoneId: await addZone(account, "example.com") };
}

export async function addZone({ sandbox }: Account, Name: string): Promise<string> {
  const { HostedZone } = (await sandbox.call("route53", "CreateHostedZone", {
    Name,
    CallerReference: `${Name} ${sandbox.now()}`,
  })) as { HostedZone: { Id: string } };
  return HostedZone.Id.replace("/hostedzone/", "");
}

/** The world's DNS, as far as the account and its neighbours have it. */
export function seeing({ sandbox }: Account, context: ResourceContext): ResourceContext {
  const answers = (name: string, type: string) =>
    sandbox.askPublicDns(name, type).values.map((value) => value.replace(/\.$/, ""));
  const servers: NameServers = {
    cname: async (name) => answers(name, "CNAME"),
    nameServersOf: async (zone) => answers(zone, "NS"),
  };
  return { ...context, nameServers: async () => servers };
}

export function certificateFields(rest: Partial<CertificateFields> = {}): CertificateFields {
  return { names: ["shop.example.com"], zone: "example.com", tags: { team: "payments" }, ...rest };
}

/** Makes a certificate, as an apply of a process of its own would. */
export function create(
  account: Account,
  rest: Partial<CertificateFields> = {},
  context = account.another(),
): Promise<LiveCertificate> {
  const fields = certificateFields(rest);
  return account.pass(certificate.create(context, names.certificate, fields));
}

export function remove(account: Account, live: LiveCertificate): Promise<void> {
  return account.pass(certificate.delete(account.another(), live));
}

/** The record that AWS wants for the domain, without dots at the ends. */
export function recordOf({ sandbox }: Account, domain: string) {
  const { name, value } = validationRecord(sandbox.account, domain);
  return { name: name.slice(0, -1), value: value.slice(0, -1) };
}

export function cname(name: string, value: string, rest: object = {}): ResourceRecordSet {
  return { Name: name, Type: "CNAME", TTL: 60, ResourceRecords: [{ Value: value }], ...rest };
}

/** Somebody changes the zone by hand. */
export async function byHand(
  { sandbox, zoneId }: Domain,
  ...changes: readonly [action: "CREATE" | "DELETE" | "UPSERT", set: ResourceRecordSet][]
): Promise<void> {
  const Changes = changes.map(([Action, ResourceRecordSet]) => ({ Action, ResourceRecordSet }));
  await sandbox.call("route53", "ChangeResourceRecordSets", {
    HostedZoneId: zoneId,
    ChangeBatch: { Changes },
  });
}

/** Every record set of the zone but those that Route 53 made. */
export async function setsIn({ sandbox, zoneId }: Domain): Promise<readonly ResourceRecordSet[]> {
  const { ResourceRecordSets } = (await sandbox.call("route53", "ListResourceRecordSets", {
    HostedZoneId: zoneId,
  })) as { ResourceRecordSets: readonly ResourceRecordSet[] };
  return ResourceRecordSets.filter(({ Type }) => Type !== "NS" && Type !== "SOA");
}

/** The same in words, without dots at the ends: "CNAME _x.shop.example.com _y.acm-validations.aws". */
export async function zoneOf(domain: Domain): Promise<readonly string[]> {
  return (await setsIn(domain)).map(
    ({ Type, Name = "", AliasTarget: alias, ResourceRecords: values = [] }) =>
      `${Type} ${Name} ${alias?.DNSName ?? values.map(({ Value }) => Value).join(" ")}`.replace(
        /\.(?= |$)/g,
        "",
      ),
  );
}

export async function tagsOf(
  { sandbox }: Account,
  CertificateArn: string,
): Promise<Readonly<Record<string, string>>> {
  const { Tags } = (await sandbox.call("acm", "ListTagsForCertificate", { CertificateArn })) as {
    Tags: readonly { Key: string; Value: string }[];
  };
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

/** Somebody requests a certificate of the same account and region by hand. */
export async function requestByHand(
  account: Account,
  DomainName: string,
  rest: object = {},
): Promise<string> {
  const { CertificateArn } = (await account.sandbox.call("acm", "RequestCertificate", {
    DomainName,
    ValidationMethod: "DNS",
    ...rest,
  })) as { CertificateArn: string };
  // Until everybody sees it, with its records.
  await account.pass(account.context.clock.sleep(30_000));
  return CertificateArn;
}

/** The operations by which the product changed something, in order. */
export function writesOf(account: Account): readonly string[] {
  return account
    .takeCalls()
    .filter(({ error }) => error === undefined)
    .map(({ operation }) => operation.split(":")[1] ?? "")
    .filter((operation) => !/^(Describe|List|Get)/.test(operation));
}
