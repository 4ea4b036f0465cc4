import {
  AddListenerCertificates$,
  type AddListenerCertificatesInput,
  DescribeListenerCertificates$,
  type DescribeListenerCertificatesInput,
  RemoveListenerCertificates$,
  type RemoveListenerCertificatesInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import { operation } from "../operation.ts";
import type { Quota, Region } from "../region.ts";
import { reportUse, requireCertificate } from "./certificates.ts";
import { pageOf } from "./listing.ts";
import { requireListener } from "./named.ts";
import { type Listener, listeners } from "./tables.ts";

/** "Certificates per Application Load Balancer: 25", not counting default certificates. */
export const certificateQuota: Quota = { name: "certificatesOfApplicationLoadBalancer", usual: 25 };

export const addListenerCertificates = operation<AddListenerCertificatesInput>(
  AddListenerCertificates$,
  ["ListenerArn", "Certificates.CertificateArn"],
  (region, input) => {
    const listener = requireSecure(region, input.ListenerArn);
    const given = arnsIn(input.Certificates);
    for (const arn of given) requireCertificate(region, arn);
    // "If the certificate is already in the certificate list, the call is successful but the certificate is not
    // added again."
    const after = [...new Set([...(listener.moreCertificates ?? []), ...given])];
    const others = region
      .table(listeners)
      .all()
      .filter(({ arn, balancer }) => balancer === listener.balancer && arn !== listener.arn)
      .flatMap(({ moreCertificates = [] }) => moreCertificates);
    const quota = region.quota(certificateQuota);
    if (new Set([...others, ...after]).size > quota) {
      throw new AwsError(
        "TooManyCertificates",
        `The maximum number of certificates of a load balancer has been reached: ${quota}`,
      );
    }
    setMore(region, listener, after);
    return { Certificates: given.map((CertificateArn) => ({ CertificateArn, IsDefault: false })) };
  },
);

export const removeListenerCertificates = operation<RemoveListenerCertificatesInput>(
  RemoveListenerCertificates$,
  ["ListenerArn", "Certificates.CertificateArn"],
  (region, input) => {
    const listener = requireSecure(region, input.ListenerArn);
    const given = arnsIn(input.Certificates);
    const present = listener.moreCertificates ?? [];
    const kept = given.find((arn) => arn === listener.certificate && !present.includes(arn));
    if (kept !== undefined) {
      // "You can't remove the default certificate for a listener."
      throw new AwsError(
        "OperationNotPermitted",
        `The default certificate '${kept}' of a listener cannot be removed`,
      );
    }
    setMore(
      region,
      listener,
      present.filter((arn) => !given.includes(arn)),
    );
    return {};
  },
);

export const describeListenerCertificates = operation<DescribeListenerCertificatesInput>(
  DescribeListenerCertificates$,
  ["ListenerArn", "Marker", "PageSize"],
  (region, input) => {
    requireSecure(region, input.ListenerArn);
    const seen = region.table(listeners).find(input.ListenerArn ?? "");
    // "If the default certificate is also in the certificate list, it appears twice in the results."
    const rows = [
      { CertificateArn: seen?.certificate, IsDefault: true },
      ...(seen?.moreCertificates ?? []).map((CertificateArn) => ({
        CertificateArn,
        IsDefault: false,
      })),
    ];
    const page = pageOf(region, rows, (row) => rows.indexOf(row) + 1, input);
    return { Certificates: page.items, NextMarker: page.nextToken };
  },
);

/** @throws AwsError ListenerNotFound, ValidationError. */
function requireSecure(region: Region, arn: string | undefined): Listener {
  const listener = requireListener(region, arn);
  if (listener.protocol === "HTTPS") return listener;
  throw validationError(`Certificates cannot be specified for ${listener.protocol} listeners`);
}

function arnsIn(certificates: AddListenerCertificatesInput["Certificates"]): string[] {
  const arns = (certificates ?? []).map(({ CertificateArn = "" }) => CertificateArn);
  if (arns.length === 0) throw validationError("A certificate must be specified");
  return [...new Set(arns)];
}

function setMore(
  region: Region,
  { arn, balancer, moreCertificates = [] }: Listener,
  after: string[],
): void {
  region.table(listeners).change(arn, (listener) => {
    listener.moreCertificates = after;
  });
  reportUse(region, balancer, moreCertificates);
}
