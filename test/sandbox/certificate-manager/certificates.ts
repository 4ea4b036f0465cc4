import {
  ACMClient,
  type CertificateDetail,
  DescribeCertificateCommand,
  RequestCertificateCommand,
  type RequestCertificateCommandInput,
} from "@aws-sdk/client-acm";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { change, createZone, type Domain, upsert } from "../route-53/domain.ts";

export function acmClient(sandbox: Sandbox, region = sandbox.region): ACMClient {
  return new ACMClient({
    region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

/** @returns the ARN. */
export async function request(
  acm: ACMClient,
  more: Partial<RequestCertificateCommandInput> = {},
): Promise<string> {
  const { CertificateArn = "" } = await acm.send(
    new RequestCertificateCommand({
      DomainName: "shop.example.com",
      ValidationMethod: "DNS",
      ...more,
    }),
  );
  return CertificateArn;
}

export async function described(acm: ACMClient, arn: string): Promise<CertificateDetail> {
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
  if (Certificate === undefined) throw new Error("No certificate was described.");
  return Certificate;
}

/** The names and values of the validation records, each once. */
export async function recordsOf(acm: ACMClient, arn: string) {
  const { DomainValidationOptions = [] } = await described(acm, arn);
  const records = DomainValidationOptions.flatMap(({ ResourceRecord }) => ResourceRecord ?? []);
  return [...new Map(records.map((record) => [record.Name, record])).values()];
}

/** Makes the validation records in a zone. */
export async function prove(domain: Domain, acm: ACMClient, arn: string, zone: string) {
  const records = await recordsOf(acm, arn);
  const changes = records.map(({ Name, Value = "" }) =>
    upsert({ Name, Type: "CNAME", TTL: 300, ResourceRecords: [{ Value }] }),
  );
  await change(domain, zone, ...changes);
}

/** A certificate that ACM has issued, and that load balancers find. @returns its ARN and its zone. */
export async function issued(
  domain: Domain,
  acm: ACMClient,
  more: Partial<RequestCertificateCommandInput> = {},
) {
  const { id: zone } = await createZone(domain);
  const arn = await request(acm, more);
  domain.pass(10);
  await prove(domain, acm, arn, zone);
  domain.pass(2000);
  return { arn, zone };
}
