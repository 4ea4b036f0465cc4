import {
  DeleteParameter$,
  type DeleteParameterRequest,
  DescribeParameters$,
  type DescribeParametersRequest,
  GetParameter$,
  type GetParameterRequest,
  type ParameterStringFilter,
  PutParameter$,
  type PutParameterRequest,
} from "@aws-sdk/client-ssm";
import { AwsError, notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { type ParameterRecord, parameters } from "./tables.ts";

/** "AWS Systems Manager endpoints and quotas": a standard parameter has at most 4 KB. */
const mostBytes = 4096;
/** "Creating Parameter Store parameters": levels of a name. */
const mostLevels = 15;

const putParameter = operation<PutParameterRequest>(
  PutParameter$,
  ["Name", "Value", "Type", "KeyId", "Overwrite", "Description", "Tags"],
  (region, input) => {
    const { Name = "", Value = "", Overwrite = false } = input;
    checkName(Name);
    const type = typeOf(input);
    if (Buffer.byteLength(Value) > mostBytes) {
      throw new AwsError(
        "ValidationException",
        `Standard tier parameters support a maximum parameter value of ${mostBytes} characters.`,
      );
    }
    if (Value === "")
      throw invalid("value", Value, "Member must have length greater than or equal to 1");
    const table = region.table(parameters);
    const known = table.latest(Name);
    if (known !== undefined && !Overwrite) {
      throw new AwsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    }
    const changed = {
      type,
      value: Value,
      keyId: type === "SecureString" ? (input.KeyId ?? "alias/aws/ssm") : null,
      description: input.Description ?? known?.description ?? "",
      version: (known?.version ?? 0) + 1,
      modified: region.now,
    };
    if (known === undefined) {
      const tags = Object.fromEntries(
        (input.Tags ?? []).map(({ Key = "", Value: value = "" }) => [Key, value]),
      );
      table.add(Name, { name: Name, tags, ...changed });
    } else table.change(Name, (record) => Object.assign(record, changed));
    return { Version: changed.version, Tier: "Standard" };
  },
);

function typeOf({ Type, Name }: PutParameterRequest): ParameterRecord["type"] {
  if (Type === "String" || Type === "StringList" || Type === "SecureString") return Type;
  if (Type === undefined) {
    throw new AwsError(
      "ValidationException",
      `A parameter type is required when you create a parameter: ${Name}`,
    );
  }
  throw invalid(
    "type",
    Type,
    "Member must satisfy enum value set: [SecureString, StringList, String]",
  );
}

function checkName(name: string): void {
  const levels = name.split("/").length - 1;
  if (!/^[\w./-]+$/.test(name) || (levels > 0 && !name.startsWith("/")) || levels > mostLevels) {
    throw new AwsError(
      "ValidationException",
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
}

const getParameter = operation<GetParameterRequest>(
  GetParameter$,
  ["Name", "WithDecryption"],
  (region, input) => {
    const record = requireParameter(region, input.Name ?? "");
    const { name, type, value, version, modified } = record;
    // Without decryption AWS answers with the ciphertext, which is of no use to anybody.
    const isHidden = type === "SecureString" && input.WithDecryption !== true;
    return {
      Parameter: {
        Name: name,
        Type: type,
        Value: isHidden ? Buffer.from(`encrypted ${name} ${version}`).toString("base64") : value,
        Version: version,
        LastModifiedDate: new Date(modified),
        ARN: arnOfParameter(region, name),
        DataType: "text",
      },
    };
  },
);

/** "arn:aws:ssm:<region>:<account>:parameter/<name>", with one slash before the name. */
export function arnOfParameter(region: Region, name: string): string {
  const path = name.startsWith("/") ? name : `/${name}`;
  return `arn:${region.partition}:ssm:${region.name}:${region.account}:parameter${path}`;
}

/** @throws AwsError ParameterNotFound. */
function requireParameter(region: Region, name: string): Readonly<ParameterRecord> {
  const arn = /^arn:[^:]*:ssm:[^:]*:\d*:parameter(\/.*)$/.exec(name)?.[1];
  const table = region.table(parameters);
  const record = table.find(arn ?? name) ?? (arn && table.find(arn.slice(1)));
  // "API Reference, GetParameter": the error has no message.
  if (record === undefined || record === "") throw new AwsError("ParameterNotFound", "");
  return record;
}

const describeParameters = operation<DescribeParametersRequest>(
  DescribeParameters$,
  ["ParameterFilters", "MaxResults", "NextToken"],
  (region, input) => {
    const table = region.table(parameters);
    const found = table.list().filter((record) => matches(record, input.ParameterFilters ?? []));
    const { items, nextToken } = paged(region, found, ({ name }) => table.order(name), {
      size: input.MaxResults,
      token: input.NextToken,
      maximum: 50,
    });
    return {
      Parameters: items.map((record) => ({
        Name: record.name,
        ARN: arnOfParameter(region, record.name),
        Type: record.type,
        ...(record.keyId !== null && { KeyId: record.keyId }),
        LastModifiedDate: new Date(record.modified),
        Version: record.version,
        Tier: "Standard",
        DataType: "text",
        ...(record.description !== "" && { Description: record.description }),
      })),
      NextToken: nextToken,
    };
  },
);

function matches(
  { name, type }: ParameterRecord,
  filters: readonly ParameterStringFilter[],
): boolean {
  return filters.every(({ Key, Option = "Equals", Values = [] }) => {
    if (Key !== "Name" && Key !== "Type")
      throw notModelled(`The filter ${Key} of DescribeParameters`);
    const text = Key === "Name" ? name : type;
    switch (Option) {
      case "Equals":
        return Values.includes(text);
      case "BeginsWith":
        return Values.some((value) => text.startsWith(value));
      case "Contains":
        return Values.some((value) => text.includes(value));
      default:
        throw new AwsError(
          "InvalidFilterOption",
          `The specified filter option isn't valid: ${Option}`,
        );
    }
  });
}

const deleteParameter = operation<DeleteParameterRequest>(
  DeleteParameter$,
  ["Name"],
  (region, { Name = "" }) => {
    requireParameter(region, Name);
    region.table(parameters).remove(Name);
    return {};
  },
);

function invalid(name: string, value: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}

export const parameterOperations = [
  putParameter,
  getParameter,
  describeParameters,
  deleteParameter,
];
