import { NameServerError, type NameServers } from "./name-servers.ts";
import { comparableName, isEqualName } from "./names.ts";

/** The CNAME record by which AWS Certificate Manager checks that a domain is ours. Both without trailing dots. */
export interface WantedRecord {
  readonly name: string;
  readonly value: string;
}

/** A hosted zone of Route 53, with the name servers that serve it. */
interface HostedZone {
  readonly name: string;
  readonly nameServers: readonly string[];
}

/** Of a question: the names that came back, or why none did. */
type Outcome = readonly string[] | NameServerError;

/**
 * Why the world does not see this record yet, in one sentence; undefined if it does. A question without
 * an answer is such a sentence, too. Rejects only if the questions are cancelled.
 *
 * @param zone In which the record is. A zone to which nobody is sent explains every other symptom.
 */
export async function whyMissing(
  servers: NameServers,
  record: WantedRecord,
  zone?: HostedZone,
): Promise<string | undefined> {
  const values = await outcomeOf(servers.cname(record.name));
  const problem = problemOfRecord(record, values);
  if (problem === undefined || zone === undefined) return problem;
  const delegated = await outcomeOf(servers.nameServersOf(zone.name));
  if (!(delegated instanceof NameServerError)) {
    return problemOfDelegation(record, zone, delegated) ?? problem;
  }
  // Both questions mostly fail for the same reason, which is then said already.
  if (values instanceof NameServerError) return problem;
  return `${problem}; which name servers ${zone.name} has is unknown: ${delegated.message}`;
}

async function outcomeOf(question: Promise<readonly string[]>): Promise<Outcome> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof NameServerError) return error;
    throw error;
  }
}

function problemOfRecord({ name, value }: WantedRecord, values: Outcome): string | undefined {
  if (values instanceof NameServerError) {
    return `whether the record ${name} exists is unknown: ${values.message}`;
  }
  if (values.some((found) => isEqualName(found, value))) return undefined;
  return values.length === 0
    ? `no name server has the record ${name}`
    : `${name} exists, but leads to ${values.join(", ")} instead of ${value}`;
}

function problemOfDelegation(
  record: WantedRecord,
  zone: HostedZone,
  delegated: readonly string[],
): string | undefined {
  const wanted = sortedNames(zone.nameServers);
  if (delegated.length === 0) {
    const values = wanted.length === 0 ? "those of the hosted zone" : wanted.join(", ");
    return `the zone ${zone.name} is not delegated: nobody answers for it; set its name servers at the registrar (or with an NS record in the zone above it) to ${values}`;
  }
  const found = sortedNames(delegated);
  // Fewer than the hosted zone has are enough: all of them know its records.
  if (wanted.length === 0 || found.every((server) => wanted.includes(server))) return undefined;
  return `the name servers of ${zone.name} are ${found.join(", ")}, but the hosted zone of this account has ${wanted.join(", ")}: set these where the name is registered (or create the CNAME record ${record.name} with the value ${record.value} in the zone that the former serve)`;
}

function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names.map(comparableName))].sort();
}
