import { serverMay } from "../../iam/permissions.ts";
import type { Region } from "../../region.ts";
import { findSecret } from "../../secrets-manager/secrets.ts";
import { arnOfParameter } from "../../ssm/parameters.ts";
import { parameters } from "../../ssm/tables.ts";
import { reachesEndpoints } from "../network/usable-endpoints.ts";
import { reachOf } from "../network/way-out.ts";
import type { InstanceRecord } from "./tables.ts";

/**
 * Why an instance cannot read a secret (`ssm:/shop/database-url`, `secretsmanager:shop/api#key`), in AWS's words.
 * Undefined if it can. Keys of KMS are not modelled.
 */
export function secretProblem(
  region: Region,
  instance: InstanceRecord,
  reference: string,
): string | undefined {
  const { profile } = instance;
  const [, service = "", name = "", key] = /^(\w+):([^#]*)(?:#(.*))?$/s.exec(reference) ?? [];
  if (profile === undefined) return "the server has no role";
  if (!reachesService(region, instance, service)) return "URLError: timed out";
  const isParameter = service === "ssm";
  const secret = isParameter ? undefined : findSecret(region, name);
  const parameter = isParameter ? region.table(parameters).find(name) : undefined;
  const action = isParameter ? "ssm:GetParameter" : "secretsmanager:GetSecretValue";
  const arn = isParameter ? arnOfParameter(region, name) : (secret?.arn ?? name);
  switch (serverMay(region, profile.arn, action, arn)) {
    case "no role":
      return "the server has no role";
    case "denied":
      return `AccessDeniedException: User: ${profile.arn} is not authorized to perform: ${action} on resource: ${arn} because no identity-based policy allows the ${action} action`;
    case "allowed":
      break;
  }
  if (isParameter) return parameter === undefined ? "ParameterNotFound: no message" : undefined;
  if (secret === undefined) {
    return "ResourceNotFoundException: Secrets Manager can't find the specified secret.";
  }
  if (secret.deletedAt !== null) {
    return "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";
  }
  const text = secret.value?.text;
  if (text === undefined) return "it is binary, and an environment variable is text";
  return key === undefined || hasKey(text, key)
    ? undefined
    : `its value is not a JSON object with the key ${key}`;
}

/** Through the internet, or through an interface endpoint of its VPC. */
function reachesService(region: Region, instance: InstanceRecord, service: string): boolean {
  const { names, internet } = reachOf(region, instance);
  return names && (internet || reachesEndpoints(region, instance, [service]));
}

function hasKey(text: string, key: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && Object.hasOwn(value, key);
  } catch {
    return false;
  }
}
