import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";

/** A condition of a rule, in the form of its description. */
export interface Condition {
  readonly field: Field;
  readonly values: readonly string[];
  /** Of http-header. */
  readonly header?: string;
  /** Of query-string, in place of `values`. */
  readonly pairs?: readonly { readonly key?: string; readonly value: string }[];
}

type Field =
  | "host-header"
  | "path-pattern"
  | "http-header"
  | "http-request-method"
  | "query-string"
  | "source-ip";

/** The parameters of conditions that are modelled. Regular expressions are not. */
export const conditionParameters = [
  "Conditions.Field",
  "Conditions.Values",
  "Conditions.HostHeaderConfig.Values",
  "Conditions.PathPatternConfig.Values",
  "Conditions.HttpHeaderConfig.HttpHeaderName",
  "Conditions.HttpHeaderConfig.Values",
  "Conditions.HttpRequestMethodConfig",
  "Conditions.QueryStringConfig",
  "Conditions.SourceIpConfig",
] as const;

/** "Condition values per rule: 5." */
const MAX_VALUES = 5;

/**
 * The conditions of a rule.
 *
 * @throws AwsError ValidationError, InvalidConfigurationRequest.
 */
export function readConditions(inputs: readonly RuleCondition[]): Condition[] {
  const conditions = inputs.map(readCondition);
  if (conditions.length === 0) throw validationError("A condition must be specified");
  for (const field of ["host-header", "path-pattern", "http-request-method", "source-ip"]) {
    if (conditions.filter((condition) => condition.field === field).length > 1) {
      throw new AwsError(
        "InvalidConfigurationRequest",
        `A rule can only have one '${field}' condition`,
      );
    }
  }
  const count = conditions.reduce(
    (sum, { values, pairs = [] }) => sum + values.length + pairs.length,
    0,
  );
  if (count > MAX_VALUES) {
    throw validationError(`A rule can only have '${MAX_VALUES}' condition values`);
  }
  return conditions;
}

function readCondition(input: RuleCondition): Condition {
  const field = input.Field;
  switch (field) {
    case "host-header":
    case "path-pattern": {
      const config = field === "host-header" ? input.HostHeaderConfig : input.PathPatternConfig;
      if (input.Values !== undefined && config !== undefined) {
        throw validationError("You cannot specify both Values and a configuration of a condition");
      }
      return { field, values: checked(field, input.Values ?? config?.Values, 128) };
    }
    case "http-header": {
      const header = input.HttpHeaderConfig?.HttpHeaderName ?? "";
      if (header.length < 1 || header.length > 40) {
        throw validationError("The name of an HTTP header must have 1 to 40 characters");
      }
      return { field, header, values: checked(field, input.HttpHeaderConfig?.Values, 128) };
    }
    case "http-request-method": {
      const values = checked(field, input.HttpRequestMethodConfig?.Values, 40);
      if (values.some((method) => !/^[A-Z_-]+$/.test(method))) {
        throw validationError("An HTTP method must have the characters A-Z, '-' and '_' alone");
      }
      return { field, values };
    }
    case "query-string": {
      const pairs = input.QueryStringConfig?.Values ?? [];
      checked(
        field,
        pairs.map(({ Value = "" }) => Value),
        128,
      );
      return {
        field,
        values: [],
        pairs: pairs.map(({ Key: key, Value: value = "" }) => ({
          ...(key === undefined ? {} : { key }),
          value,
        })),
      };
    }
    case "source-ip":
      return { field, values: checked(field, input.SourceIpConfig?.Values, 49) };
    default:
      throw validationError(`Condition field '${field ?? ""}' must be one of '[${FIELDS}]'`);
  }
}

const FIELDS =
  "path-pattern, host-header, http-header, http-request-method, query-string, source-ip";

function checked(field: Field, values: readonly string[] = [], longest: number): string[] {
  if (values.length === 0) {
    throw validationError(`A condition value must be specified for the field '${field}'`);
  }
  const bad = values.find((value) => value.length < 1 || value.length > longest);
  if (bad !== undefined) {
    throw validationError(`A value of '${field}' must have 1 to ${longest} characters`);
  }
  return [...values];
}

/** As the describing operations answer it. */
export function describeCondition({ field, values, header, pairs }: Condition): RuleCondition {
  const Values = [...values];
  switch (field) {
    case "host-header":
      return { Field: field, Values, HostHeaderConfig: { Values } };
    case "path-pattern":
      return { Field: field, Values, PathPatternConfig: { Values } };
    case "http-header":
      return { Field: field, HttpHeaderConfig: { HttpHeaderName: header, Values } };
    case "http-request-method":
      return { Field: field, HttpRequestMethodConfig: { Values } };
    case "query-string":
      return {
        Field: field,
        QueryStringConfig: {
          Values: (pairs ?? []).map(({ key, value }) => ({
            ...(key === undefined ? {} : { Key: key }),
            Value: value,
          })),
        },
      };
    case "source-ip":
      return { Field: field, SourceIpConfig: { Values } };
  }
}
