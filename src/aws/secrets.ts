import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import type { Clients } from "./clients.ts";
import { isAwsError } from "./errors.ts";
import { lookUpAccount } from "./facts.ts";
import { everyPage, inChunks } from "./paging.ts";
import { partitionOf } from "./regions.ts";

/** A secret that exists. Its value was not read. */
export interface KnownSecret {
  readonly arn: string;
  /** The id, ARN or alias of the KMS key of the account's own that encrypts it. Absent: AWS's own key, or none. */
  readonly key?: string;
}

/** What is known of secrets, by their references. A text says why one cannot be used. */
export type SecretsFound = ReadonlyMap<string, KnownSecret | string>;

/**
 * Looks for secrets by their references (`ssm:/shop/database-url`, `secretsmanager:shop/api#key`), and reads none of
 * their values.
 */
export async function lookUpSecrets(
  clients: Clients,
  references: readonly string[],
): Promise<SecretsFound> {
  const named = references.map((reference) => {
    const [, kind = "", name = ""] = /^(\w+):([^#]*)/.exec(reference) ?? [];
    return { reference, kind, name };
  });
  const parameters = named.filter(({ kind }) => kind === "ssm");
  const [known, ...secrets] = await Promise.all([
    lookUpParameters(clients, [...new Set(parameters.map(({ name }) => name))]),
    ...named
      .filter(({ kind }) => kind === "secretsmanager")
      .map(async ({ reference, name }) => [reference, await lookUpSecret(clients, name)] as const),
  ]);
  const region = await clients.region();
  const missing = (name: string) =>
    `the parameter ${name} does not exist in ${region}. A name is complete, with its path`;
  return new Map([
    ...parameters.map(
      ({ reference, name }) => [reference, known.get(name) ?? missing(name)] as const,
    ),
    ...secrets,
  ]);
}

/** "DescribeParameters": a filter has at most 50 values. */
const mostNames = 50;

async function lookUpParameters(
  clients: Clients,
  names: readonly string[],
): Promise<ReadonlyMap<string, KnownSecret>> {
  const client = names.length === 0 ? undefined : await clients.ssm();
  if (client === undefined) return new Map();
  const found = await Promise.all(
    inChunks(names, mostNames).map((Values) =>
      everyPage(
        paginateDescribeParameters(
          { client },
          { ParameterFilters: [{ Key: "Name", Option: "Equals", Values }], MaxResults: 50 },
        ),
        (page) => page.Parameters,
      ),
    ),
  );
  const [region, account] = await Promise.all([clients.region(), lookUpAccount(clients)]);
  // Its form is documented. Not every implementation of AWS says it.
  const arnOf = (name: string) =>
    `arn:${partitionOf(region).name}:ssm:${region}:${account}:parameter/${name.replace(/^\//, "")}`;
  return new Map(
    found
      .flat()
      .map(({ Name = "", ARN: arn = arnOf(Name), KeyId }) => [Name, { arn, ...ownKey(KeyId) }]),
  );
}

async function lookUpSecret(clients: Clients, name: string): Promise<KnownSecret | string> {
  const client = await clients.secretsManager();
  try {
    const found = await client.send(new DescribeSecretCommand({ SecretId: name }));
    if (found.DeletedDate !== undefined) {
      return `somebody deleted the secret ${name}, and AWS keeps it until ${found.DeletedDate.toISOString()} only to restore it`;
    }
    return { arn: found.ARN ?? "", ...ownKey(found.KmsKeyId) };
  } catch (error) {
    if (!isAwsError(error, "not-found")) throw error;
    return `the secret ${name} does not exist in ${await clients.region()}`;
  }
}

/** AWS's own keys let every identity of the account decrypt through their service. */
function ownKey(key: string | undefined): Pick<KnownSecret, "key"> {
  return key === undefined || /(^|:)alias\/aws\//.test(key) ? {} : { key };
}
