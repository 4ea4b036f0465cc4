import type { Desired, Ref } from "../engine/resource.ts";
import type { CertificateFields } from "../resources/certificate/index.ts";
import type { Stack } from "../spec/stack.ts";
import type { DefinedResource } from "./defined-resource.ts";

/** The certificate of the domain, unless the stack file names one. */
export function domainResources({ stack, domain, tags }: Stack): readonly DefinedResource[] {
  if (domain === undefined || domain.certificate !== undefined) return [];
  const { names, zone } = domain;
  const fields: Desired<CertificateFields> = { names, zone: zone ?? null, tags };
  return [{ address: certificateAddress({ stack }), compile: () => ({ fields }) }];
}

/** The certificate of the https listeners: of the stack, or the one that the stack file names. */
export function certificateOf({ stack, domain }: Stack): Ref | string | null {
  if (domain === undefined) return null;
  return domain.certificate ?? { ref: certificateAddress({ stack }), output: "arn" };
}

function certificateAddress({ stack }: Pick<Stack, "stack">) {
  return `certificate/${stack}` as const;
}
