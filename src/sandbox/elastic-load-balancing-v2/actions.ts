import type { Action as ActionInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, notModelled } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import type { Region } from "../region.ts";
import type { Action, FixedResponse, Forward, Redirect } from "./action.ts";
import { checkAssociations } from "./association-limits.ts";
import { targetGroupsOf } from "./associations.ts";
import { readRedirect } from "./redirect.ts";
import { type ApplicationLoadBalancer, targetGroups } from "./tables.ts";

/** The parameters of actions that are modelled, below the name of the parameter of the operation. */
export const actionParameters = [
  "Type",
  "TargetGroupArn",
  "Order",
  "RedirectConfig",
  "FixedResponseConfig",
  "ForwardConfig",
] as const;

/**
 * The actions of a rule, in their order.
 *
 * @throws AwsError InvalidLoadBalancerAction, TargetGroupNotFound, TargetGroupAssociationLimit and others.
 */
export function readActions(
  region: Region,
  inputs: readonly ActionInput[],
  balancer: ApplicationLoadBalancer,
  listener: { readonly protocol: string; readonly port: number },
): Action[] {
  const actions = inputs.map((input) => ({
    ...readAction(region, input, listener),
    ...(input.Order === undefined ? {} : { order: readOrder(input.Order) }),
  }));
  if (actions.length === 0) {
    throw validationError("A rule must have at least one action");
  }
  // "Each rule must include exactly one of the following types of actions: forward, redirect, or
  // fixed-response." The others are not modelled.
  if (actions.length > 1) {
    throw invalidAction(
      "A rule must include exactly one forward, redirect or fixed-response action",
    );
  }
  checkAssociations(region, balancer, targetGroupsOf(actions));
  return actions;
}

function readAction(
  region: Region,
  input: ActionInput,
  listener: { readonly protocol: string; readonly port: number },
): Forward | Redirect | FixedResponse {
  switch (input.Type) {
    case "forward":
      only(input, "TargetGroupArn", "ForwardConfig");
      return readForward(region, input);
    case "redirect":
      only(input, "RedirectConfig");
      return readRedirect(input.RedirectConfig, listener);
    case "fixed-response":
      only(input, "FixedResponseConfig");
      return readFixedResponse(input);
    case "authenticate-oidc":
    case "authenticate-cognito":
    case "jwt-validation":
      throw notModelled(`The action ${input.Type}`);
    default:
      throw validationError(
        `'${input.Type ?? ""}' is not a valid action type: forward, redirect, fixed-response`,
      );
  }
}

/** @throws AwsError for the settings of another type of action. */
function only(input: ActionInput, ...own: readonly (keyof ActionInput)[]): void {
  const settings = [
    "TargetGroupArn",
    "ForwardConfig",
    "RedirectConfig",
    "FixedResponseConfig",
  ] as const;
  const foreign = settings.find((name) => input[name] !== undefined && !own.includes(name));
  if (foreign === undefined) return;
  throw invalidAction(`${foreign} cannot be specified for an action of type '${input.Type}'`);
}

/** "Target groups per action on an Application Load Balancer: 5." */
const MAX_GROUPS_OF_ACTION = 5;

function readForward(region: Region, input: ActionInput): Forward {
  const { TargetGroupArn: single, ForwardConfig: config } = input;
  const tuples = config?.TargetGroups ?? [];
  const groups = (tuples.length === 0 ? [{ TargetGroupArn: single }] : tuples).map((tuple) => ({
    arn: tuple.TargetGroupArn ?? "",
    weight: ("Weight" in tuple ? tuple.Weight : undefined) ?? 1,
  }));
  if (tuples.length === 0 && single === undefined) {
    throw validationError("A target group ARN must be specified for a forward action");
  }
  // "you can specify only one target group using ForwardConfig and it must be the same"
  if (single !== undefined && (groups.length > 1 || groups[0]?.arn !== single)) {
    throw invalidAction("TargetGroupArn and ForwardConfig must name the same single target group");
  }
  if (groups.length > MAX_GROUPS_OF_ACTION) {
    throw new AwsError(
      "TooManyUniqueTargetGroupsPerLoadBalancer",
      `An action can have at most ${MAX_GROUPS_OF_ACTION} target groups`,
    );
  }
  for (const { arn, weight } of groups) {
    if (!Number.isInteger(weight) || weight < 0 || weight > 999) {
      throw validationError(`The weight must be between 0 and 999, got ${weight}`);
    }
    if (region.table(targetGroups).use(arn) === undefined) {
      throw new AwsError("TargetGroupNotFound", `Target groups '${arn}' not found`);
    }
  }
  const seconds = readStickiness(config?.TargetGroupStickinessConfig);
  return {
    type: "forward",
    groups,
    ...(seconds === undefined ? {} : { stickySeconds: seconds }),
  };
}

function readStickiness(
  config: NonNullable<ActionInput["ForwardConfig"]>["TargetGroupStickinessConfig"],
): number | undefined {
  const { Enabled: enabled = false, DurationSeconds: seconds } = config ?? {};
  if (!enabled) return undefined;
  if (seconds === undefined || !Number.isInteger(seconds) || seconds < 1 || seconds > 604_800) {
    throw validationError(
      "DurationSeconds must be between 1 and 604800 when stickiness is enabled",
    );
  }
  return seconds;
}

const CONTENT_TYPES = [
  "text/plain",
  "text/css",
  "text/html",
  "application/javascript",
  "application/json",
];

function readFixedResponse({ FixedResponseConfig: config }: ActionInput): FixedResponse {
  const { StatusCode: status = "", ContentType: contentType, MessageBody: body } = config ?? {};
  if (!/^[245]\d\d$/.test(status)) {
    throw validationError(`The status code must be 2XX, 4XX or 5XX, got '${status}'`);
  }
  if (contentType !== undefined && !CONTENT_TYPES.includes(contentType)) {
    throw validationError(`The content type must be one of: ${CONTENT_TYPES.join(", ")}`);
  }
  if ((body ?? "").length > 1024) {
    throw validationError("The message body must be at most 1024 characters long");
  }
  return {
    type: "fixed-response",
    status,
    ...(contentType === undefined ? {} : { contentType }),
    ...(body === undefined ? {} : { body }),
  };
}

function readOrder(order: number): number {
  if (Number.isInteger(order) && order >= 1 && order <= 50_000) return order;
  throw validationError(`The order of an action must be between 1 and 50000, got ${order}`);
}

function invalidAction(message: string): AwsError {
  return new AwsError("InvalidLoadBalancerAction", message);
}

/** As the describing operations answer it. */
export function describeAction(action: Action): ActionInput {
  const order = action.order === undefined ? {} : { Order: action.order };
  switch (action.type) {
    case "forward": {
      const [first, second] = action.groups;
      return {
        Type: "forward",
        ...(first === undefined || second !== undefined ? {} : { TargetGroupArn: first.arn }),
        ...order,
        ForwardConfig: {
          TargetGroups: action.groups.map(({ arn, weight }) => ({
            TargetGroupArn: arn,
            Weight: weight,
          })),
          TargetGroupStickinessConfig:
            action.stickySeconds === undefined
              ? { Enabled: false }
              : { Enabled: true, DurationSeconds: action.stickySeconds },
        },
      };
    }
    case "redirect":
      return {
        Type: "redirect",
        ...order,
        RedirectConfig: {
          Protocol: action.protocol,
          Port: action.port,
          Host: action.host,
          Path: action.path,
          Query: action.query,
          StatusCode: action.status,
        },
      };
    case "fixed-response":
      return {
        Type: "fixed-response",
        ...order,
        FixedResponseConfig: {
          StatusCode: action.status,
          ...(action.contentType === undefined ? {} : { ContentType: action.contentType }),
          ...(action.body === undefined ? {} : { MessageBody: action.body }),
        },
      };
  }
}
