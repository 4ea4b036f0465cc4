import { canonicalJson } from "../engine/values.ts";
import type { Permission } from "../resources/role/documents.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";

/** Exactly the reads of the application's secrets, and the decryption with keys of the account's own. */
export function secretPermissions(
  { application }: Stack,
  { secrets = {} }: Pick<Facts, "secrets">,
): Permission[] {
  const wanted = [...new Set(Object.values(application?.secrets ?? {}))].toSorted();
  const known = wanted.map((reference) => {
    const secret = secrets[reference];
    if (secret === undefined) throw new Error(`${reference} was not looked up`);
    return { ...secret, isParameter: reference.startsWith("ssm:") };
  });
  const arnsOf = (isParameter: boolean) =>
    known.filter((each) => each.isParameter === isParameter).map(({ arn }) => arn);
  const encrypted = known.flatMap(({ arn, key }) => (key === undefined ? [] : [{ arn, key }]));
  const isAlias = ({ key }: { readonly key: string }) => /(^|:)alias\//.test(key);
  return [
    ...grant("ssm:GetParameter", arnsOf(true)),
    ...grant("secretsmanager:GetSecretValue", arnsOf(false)),
    ...grant(
      "kms:Decrypt",
      encrypted.filter((each) => !isAlias(each)).map(({ arn, key }) => keyArn(key, arn)),
    ),
    ...encrypted.filter(isAlias).map(({ arn, key }) => decryptionWith(key, keyArn("*", arn))),
  ];
}

function grant(action: string, on: readonly string[]): readonly Permission[] {
  return on.length === 0 ? [] : [{ actions: [action], on: [...new Set(on)] }];
}

/** A key is known by its ARN, or by its id alone: then it is where the secret is. */
function keyArn(key: string, secretArn: string): string {
  const [, partition, region, account] =
    /^arn:([^:]*):[^:]*:([^:]*):([^:]*):/.exec(secretArn) ?? [];
  return key.startsWith("arn:") ? key : `arn:${partition}:kms:${region}:${account}:key/${key}`;
}

/**
 * An alias cannot stand in place of a key's ARN in a policy ("Using aliases to control access to KMS keys", AWS Key
 * Management Service Developer Guide).
 */
function decryptionWith(alias: string, resource: string): Permission {
  const name = alias.replace(/^.*:alias\//, "alias/");
  return {
    statement: canonicalJson({
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [resource],
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": name } },
    }),
  };
}
