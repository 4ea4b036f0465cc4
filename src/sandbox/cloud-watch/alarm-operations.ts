import {
  DeleteAlarms$,
  type DeleteAlarmsInput,
  DisableAlarmActions$,
  type DisableAlarmActionsInput,
  EnableAlarmActions$,
  type EnableAlarmActionsInput,
  SetAlarmState$,
  type SetAlarmStateInput,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { readAlarmName } from "./alarm-settings.ts";
import { alarms, findAlarm, removeAlarms } from "./alarms.ts";
import { failedConstraint, unknownAlarms } from "./errors.ts";
import { alarmsChanged } from "./signals.ts";
import { setState } from "./state.ts";

/** "You can delete up to 100 alarms in one operation" (DeleteAlarms, API Reference). The others have the same limit. */
const MAX_NAMES = 100;

const deleteAlarms = operation<DeleteAlarmsInput>(
  DeleteAlarms$,
  ["AlarmNames"],
  (region, input) => {
    const names = readNames(input.AlarmNames);
    const unknown = names.filter((name) => region.table(alarms).use(name) === undefined);
    // "If you specify any incorrect alarm names, the alarms you specify with correct names are still deleted."
    removeAlarms(
      region,
      names.filter((name) => !unknown.includes(name)),
    );
    if (unknown.length > 0) throw unknownAlarms(unknown);
    return {};
  },
);

const enableAlarmActions = operation<EnableAlarmActionsInput>(
  EnableAlarmActions$,
  ["AlarmNames"],
  (region, input) => setActionsEnabled(region, readNames(input.AlarmNames), true),
);

const disableAlarmActions = operation<DisableAlarmActionsInput>(
  DisableAlarmActions$,
  ["AlarmNames"],
  (region, input) => setActionsEnabled(region, readNames(input.AlarmNames), false),
);

/** These operations have no error for a name that no alarm has ("Errors", API Reference). */
function setActionsEnabled(region: Region, names: readonly string[], actionsEnabled: boolean) {
  for (const name of names) {
    if (findAlarm(region, name) === undefined) continue;
    region.table(alarms).change(name, (stored) => {
      stored.alarm = { ...stored.alarm, actionsEnabled };
      stored.configuredAt = region.now;
    });
  }
  region.signal(alarmsChanged, undefined);
  return {};
}

/** "This temporary state change lasts only until the next alarm comparison occurs" (SetAlarmState, User Guide). */
const setAlarmState = operation<SetAlarmStateInput>(
  SetAlarmState$,
  ["AlarmName", "StateValue", "StateReason", "StateReasonData"],
  (region, input) => {
    const name = readAlarmName(input.AlarmName);
    const { StateValue: state, StateReason: reason = "", StateReasonData: reasonData } = input;
    const states: readonly string[] = Object.values(StateValue);
    if (state === undefined || !states.includes(state)) {
      throw failedConstraint(
        state ?? "",
        "stateValue",
        `Member must satisfy enum value set: [${states.join(", ")}]`,
      );
    }
    if (reason.length > 1023) {
      throw failedConstraint(
        reason,
        "stateReason",
        "Member must have length less than or equal to 1023",
      );
    }
    if (reasonData !== undefined) checkJson(reasonData);
    const stored = region.table(alarms).use(name);
    if (stored === undefined) throw unknownAlarms([name]);
    setState(region, stored, { state, reason, reasonData, value: undefined });
    region.signal(alarmsChanged, undefined);
    return {};
  },
);

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError("InvalidFormat", "StateReasonData was not syntactically valid JSON.");
  }
}

function readNames(names: readonly string[] = []): string[] {
  if (names.length > MAX_NAMES) {
    throw failedConstraint(
      `[${names.join(", ")}]`,
      "alarmNames",
      `Member must have length less than or equal to ${MAX_NAMES}`,
    );
  }
  return [...new Set(names.map(readAlarmName))];
}

export const alarmOperations = [
  deleteAlarms,
  enableAlarmActions,
  disableAlarmActions,
  setAlarmState,
];
