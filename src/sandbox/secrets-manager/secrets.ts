import {
  CreateSecret$,
  type CreateSecretRequest,
  DeleteSecret$,
  type DeleteSecretRequest,
  DescribeSecret$,
  type DescribeSecretRequest,
  GetSecretValue$,
  type GetSecretValueRequest,
  ListSecrets$,
  type ListSecretsRequest,
  PutSecretValue$,
  type PutSecretValueRequest,
} from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { tagList } from "../tag-list.ts";
import { type SecretRecord, secrets } from "./tables.ts";

/** "AWS Secrets Manager quotas". */
const mostBytes = 65_536;
const day = 24 * 60 * 60 * 1000;

const createSecret = operation<CreateSecretRequest>(
  CreateSecret$,
  ["Name", "SecretString", "SecretBinary", "Description", "KmsKeyId", "ClientRequestToken", "Tags"],
  (region, input) => {
    const { Name: name = "" } = input;
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
      throw new AwsError(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
      );
    }
    const table = region.table(secrets);
    const known = table.all().find((each) => each.name === name);
    if (known?.deletedAt === null) {
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    if (known !== undefined) {
      throw new AwsError(
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    const arn = `arn:${region.partition}:secretsmanager:${region.name}:${region.account}:secret:${name}-${suffix(region)}`;
    const value = valueIn(region, input);
    table.add(arn, {
      name,
      arn,
      ...(value !== undefined && { value }),
      keyId: input.KmsKeyId ?? null,
      description: input.Description ?? "",
      created: region.now,
      deletedAt: null,
      tags: Object.fromEntries((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
    });
    return { ARN: arn, Name: name, ...(value !== undefined && { VersionId: value.version }) };
  },
);

/** "Secrets Manager automatically adds several random characters to the name of your secret": six. */
function suffix(region: Region): string {
  return region.random.hex(6);
}

type Given = Pick<CreateSecretRequest, "SecretString" | "SecretBinary" | "ClientRequestToken">;

function valueIn(region: Region, given: Given): SecretRecord["value"] | undefined {
  const { SecretString: text, SecretBinary: binary } = given;
  if (text === undefined && binary === undefined) return undefined;
  if (text !== undefined && binary !== undefined) {
    throw new AwsError(
      "InvalidParameterException",
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if ((text === undefined ? (binary?.length ?? 0) : Buffer.byteLength(text)) > mostBytes) {
    throw new AwsError(
      "ValidationException",
      `The secret value exceeds the maximum of ${mostBytes} bytes.`,
    );
  }
  return {
    version: given.ClientRequestToken ?? region.random.hex(32),
    ...(text !== undefined && { text }),
    ...(binary !== undefined && { binary: Buffer.from(binary).toString("base64") }),
  };
}

/** A secret by its name, its ARN, or its ARN without the random characters. */
export function findSecret(region: Region, id = ""): Readonly<SecretRecord> | undefined {
  return region
    .table(secrets)
    .list()
    .find(({ name, arn }) => name === id || arn === id || arn.replace(/-[^-]{6}$/, "") === id);
}

/** @throws AwsError ResourceNotFoundException. */
function requireSecret(region: Region, id = ""): Readonly<SecretRecord> {
  const found = findSecret(region, id);
  if (found !== undefined) return found;
  throw new AwsError(
    "ResourceNotFoundException",
    "Secrets Manager can't find the specified secret.",
  );
}

function refuseDeleted({ deletedAt }: SecretRecord): void {
  if (deletedAt === null) return;
  throw new AwsError(
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

const getSecretValue = operation<GetSecretValueRequest>(
  GetSecretValue$,
  ["SecretId"],
  (region, input) => {
    const secret = requireSecret(region, input.SecretId);
    refuseDeleted(secret);
    const { name, arn, value, created } = secret;
    if (value === undefined) {
      throw new AwsError(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      );
    }
    return {
      ARN: arn,
      Name: name,
      VersionId: value.version,
      VersionStages: ["AWSCURRENT"],
      CreatedDate: new Date(created),
      ...(value.text !== undefined && { SecretString: value.text }),
      ...(value.binary !== undefined && {
        SecretBinary: new Uint8Array(Buffer.from(value.binary, "base64")),
      }),
    };
  },
);

const putSecretValue = operation<PutSecretValueRequest>(
  PutSecretValue$,
  ["SecretId", "SecretString", "SecretBinary", "ClientRequestToken"],
  (region, input) => {
    const secret = requireSecret(region, input.SecretId);
    refuseDeleted(secret);
    const value = valueIn(region, input);
    if (value === undefined) {
      throw new AwsError(
        "InvalidParameterException",
        "You must provide either SecretString or SecretBinary.",
      );
    }
    region.table(secrets).change(secret.arn, (record) => {
      record.value = value;
    });
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: value.version,
      VersionStages: ["AWSCURRENT"],
    };
  },
);

const describeSecret = operation<DescribeSecretRequest>(
  DescribeSecret$,
  ["SecretId"],
  (region, input) => described(requireSecret(region, input.SecretId)),
);

function described({
  name,
  arn,
  keyId,
  description,
  value,
  created,
  deletedAt,
  tags,
}: SecretRecord) {
  return {
    ARN: arn,
    Name: name,
    CreatedDate: new Date(created),
    ...(keyId !== null && { KmsKeyId: keyId }),
    ...(description !== "" && { Description: description }),
    ...(deletedAt !== null && { DeletedDate: new Date(deletedAt) }),
    ...(value !== undefined && { VersionIdsToStages: { [value.version]: ["AWSCURRENT"] } }),
    Tags: tagList(tags),
  };
}

const listSecrets = operation<ListSecretsRequest>(
  ListSecrets$,
  ["MaxResults", "NextToken", "IncludePlannedDeletion"],
  (region, input) => {
    const table = region.table(secrets);
    const found = table
      .list()
      .filter(({ deletedAt }) => deletedAt === null || input.IncludePlannedDeletion === true);
    const { items, nextToken } = paged(region, found, ({ arn }) => table.order(arn), {
      size: input.MaxResults,
      token: input.NextToken,
      maximum: 100,
    });
    return { SecretList: items.map(described), NextToken: nextToken };
  },
);

const deleteSecret = operation<DeleteSecretRequest>(
  DeleteSecret$,
  ["SecretId", "RecoveryWindowInDays", "ForceDeleteWithoutRecovery"],
  (region, input) => {
    const { arn, name } = requireSecret(region, input.SecretId);
    const { RecoveryWindowInDays: days = 30 } = input;
    if (days < 7 || days > 30) {
      throw new AwsError(
        "InvalidParameterException",
        "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
      );
    }
    const table = region.table(secrets);
    const isForced = input.ForceDeleteWithoutRecovery === true;
    const deletedAt = isForced ? region.now : region.now + days * day;
    if (isForced) table.remove(arn);
    else table.change(arn, (record) => Object.assign(record, { deletedAt }));
    return { ARN: arn, Name: name, DeletionDate: new Date(deletedAt) };
  },
);

export const secretOperations = [
  createSecret,
  getSecretValue,
  putSecretValue,
  describeSecret,
  listSecrets,
  deleteSecret,
];
