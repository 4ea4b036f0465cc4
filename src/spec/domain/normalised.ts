import type { DomainFile } from "./schema.ts";

/** The names that visitors use. Absent: the load balancer has its own DNS name alone, and no https. */
export interface Domain {
  /** In lower case, without a dot at the end. The first one is the certificate's name. */
  readonly names: readonly string[];
  /** A public Route 53 zone of this account, by its name. Absent: people make the DNS records themselves. */
  readonly zone?: string;
  /** The ARN of an existing certificate. Absent: the stack requests one for the names. */
  readonly certificate?: string;
}

export function normaliseDomain({ names, zone, certificate }: DomainFile): Domain {
  return {
    names,
    ...(zone !== undefined && { zone }),
    ...(certificate !== undefined && { certificate }),
  };
}
