import {
  BatchDeleteScheduledAction$,
  type BatchDeleteScheduledActionType,
  BatchPutScheduledUpdateGroupAction$,
  type BatchPutScheduledUpdateGroupActionType,
  DeleteScheduledAction$,
  type DeleteScheduledActionType,
  DescribeScheduledActions$,
  type DescribeScheduledActionsType,
  type FailedScheduledUpdateGroupActionRequest,
  PutScheduledUpdateGroupAction$,
  type PutScheduledUpdateGroupActionType,
  type ScheduledUpdateGroupAction,
  type ScheduledUpdateGroupActionRequest,
} from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { uuid } from "./activities.ts";
import {
  allGroups,
  type Group,
  requireGroup,
  requireLivingGroup,
  validationError,
} from "./group.ts";
import { pageInPlace } from "./listing.ts";
import type { ScheduledAction } from "./scheduled-action.ts";
import { readScheduledAction } from "./scheduled-action-input.ts";
import { scheduleRun } from "./scheduled-actions.ts";

/** "Scheduled actions per Auto Scaling group: 125", and 50 in one batch. */
const MAX_ACTIONS = 125;
const MAX_BATCH = 50;

/** DescribeScheduledActions: "The default value is 50 and the maximum value is 100." */
const USUAL_PAGE = 50;

export const putScheduledUpdateGroupAction = operation<PutScheduledUpdateGroupActionType>(
  PutScheduledUpdateGroupAction$,
  [
    "AutoScalingGroupName",
    "ScheduledActionName",
    "StartTime",
    "EndTime",
    "Recurrence",
    "TimeZone",
    "MinSize",
    "MaxSize",
    "DesiredCapacity",
  ],
  (region, input) => {
    putAction(region, requireLivingGroup(region, input.AutoScalingGroupName), input);
    return {};
  },
);

export const batchPutScheduledUpdateGroupAction = operation<BatchPutScheduledUpdateGroupActionType>(
  BatchPutScheduledUpdateGroupAction$,
  ["AutoScalingGroupName", "ScheduledUpdateGroupActions"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const requests = input.ScheduledUpdateGroupActions ?? [];
    atMost(MAX_BATCH, requests.length);
    const failed = requests.flatMap((request) =>
      failure(request.ScheduledActionName, () => putAction(region, group, request)),
    );
    return { FailedScheduledUpdateGroupActions: failed };
  },
);

function putAction(region: Region, group: Group, input: ScheduledUpdateGroupActionRequest): void {
  const { name, nextAt, ...rest } = readScheduledAction(region, input);
  const schedule = group.schedule ?? [];
  const before = schedule.find((action) => action.name === name);
  const others = schedule.filter((action) => action !== before);
  if (others.length >= MAX_ACTIONS) {
    throw new AwsError(
      "LimitExceeded",
      `You have already reached your limit of ${MAX_ACTIONS} scheduled actions for this Auto Scaling group.`,
    );
  }
  // "A scheduled action must have a unique time value" (User Guide, limitations of scheduled scaling).
  if (others.some((action) => action.nextAt === nextAt)) {
    throw new AwsError(
      "AlreadyExists",
      "Scheduled action with this scheduled start time already exists",
    );
  }
  const arn =
    before?.arn ??
    `arn:${region.partition}:autoscaling:${region.name}:${region.account}:scheduledUpdateGroupAction:${uuid(region)}:autoScalingGroupName/${group.name}:scheduledActionName/${name}`;
  const action: ScheduledAction = { ...rest, name, arn, nextAt, due: nextAt };
  group.schedule =
    before === undefined
      ? [...others, action]
      : schedule.map((one) => (one === before ? action : one));
  scheduleRun(region, group, action);
}

export const describeScheduledActions = operation<DescribeScheduledActionsType>(
  DescribeScheduledActions$,
  [
    "AutoScalingGroupName",
    "ScheduledActionNames",
    "StartTime",
    "EndTime",
    "MaxRecords",
    "NextToken",
  ],
  (region, input) => {
    const { ScheduledActionNames: names = [], AutoScalingGroupName: of } = input;
    atMost(USUAL_PAGE, names.length);
    const from = input.StartTime?.getTime() ?? Number.NEGATIVE_INFINITY;
    const to = input.EndTime?.getTime() ?? Number.POSITIVE_INFINITY;
    const rows = (of === undefined ? allGroups(region) : [requireGroup(region, of)])
      .flatMap((group) => (group.schedule ?? []).map((action) => ({ group, action })))
      .filter(({ action: { name, arn, nextAt } }) =>
        // "If scheduled action names are provided, this property is ignored" (both times).
        names.length > 0
          ? names.includes(name) || names.includes(arn)
          : from <= nextAt && nextAt <= to,
      );
    const page = pageInPlace(region, rows, {
      ...input,
      MaxRecords: input.MaxRecords ?? USUAL_PAGE,
    });
    return {
      ScheduledUpdateGroupActions: page.items.map(({ group, action }) => describe(group, action)),
      NextToken: page.nextToken,
    };
  },
);

function describe(group: Group, action: ScheduledAction): ScheduledUpdateGroupAction {
  const next = new Date(action.nextAt);
  return {
    AutoScalingGroupName: group.name,
    ScheduledActionName: action.name,
    ScheduledActionARN: action.arn,
    Time: next,
    StartTime: next,
    ...(action.endAt === undefined ? {} : { EndTime: new Date(action.endAt) }),
    Recurrence: action.recurrence,
    TimeZone: action.timeZone,
    MinSize: action.minSize,
    MaxSize: action.maxSize,
    DesiredCapacity: action.desired,
  };
}

export const deleteScheduledAction = operation<DeleteScheduledActionType>(
  DeleteScheduledAction$,
  ["AutoScalingGroupName", "ScheduledActionName"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    deleteAction(group, input.ScheduledActionName ?? "");
    return {};
  },
);

export const batchDeleteScheduledAction = operation<BatchDeleteScheduledActionType>(
  BatchDeleteScheduledAction$,
  ["AutoScalingGroupName", "ScheduledActionNames"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const names = input.ScheduledActionNames ?? [];
    atMost(MAX_BATCH, names.length);
    const failed = names.flatMap((name) => failure(name, () => deleteAction(group, name)));
    return { FailedScheduledActions: failed };
  },
);

function deleteAction(group: Group, nameOrArn: string): void {
  const schedule = group.schedule ?? [];
  const left = schedule.filter(({ name, arn }) => name !== nameOrArn && arn !== nameOrArn);
  if (left.length === schedule.length) throw validationError("Scheduled action name not found");
  group.schedule = left;
}

/** What a batch says of a request that fails. */
function failure(
  name: string | undefined,
  work: () => void,
): FailedScheduledUpdateGroupActionRequest[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [{ ScheduledActionName: name, ErrorCode: error.code, ErrorMessage: error.message }];
  }
}

function atMost(most: number, count: number): void {
  if (count <= most) return;
  throw validationError(
    `The number of scheduled actions that may be passed in is limited to ${most}`,
  );
}
