import { DeleteCertificate$, type DeleteCertificateRequest } from "@aws-sdk/client-acm";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { isInUse } from "./life.ts";
import { requireCertificate } from "./named.ts";
import { certificates } from "./tables.ts";

export const deleteCertificate = operation<DeleteCertificateRequest>(
  DeleteCertificate$,
  ["CertificateArn"],
  (region, input) => {
    const certificate = requireCertificate(region, input.CertificateArn);
    if (isInUse(region, certificate)) {
      throw new AwsError(
        "ResourceInUseException",
        `Certificate ${certificate.arn} in account ${region.account} is in use.`,
      );
    }
    region.table(certificates).remove(certificate.arn);
    return {};
  },
);
