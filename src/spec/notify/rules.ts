import { type Finding, shown } from "../finding.ts";
import type { NotifiedPlace } from "./notified-place.ts";
import type { NotifyFile } from "./schema.ts";

/** Of a group (`PutNotificationConfiguration`), and of an alarm ("AlarmActions" of `PutMetricAlarm`). */
const MOST_TOPICS = 10;
const MOST_ALARM_ACTIONS = 5;

/** Each place and each event once, and as many topics as AWS allows. */
export function* notifyRules(notify: NotifyFile): Iterable<Finding> {
  yield* repeatedPlaces(notify);
  yield* repeatedEvents(notify);
  yield* tooManyTopics(notify);
  yield* unconfirming(notify);
}

function* repeatedPlaces({ to }: NotifyFile): Iterable<Finding> {
  const known = new Set<string>();
  for (const [index, place] of to.entries()) {
    const { kind } = place;
    const same = identity(place);
    if (known.has(same)) {
      const what =
        kind === "email" ? shown(place.value) : kind === "https" ? "this URL" : "this topic";
      yield {
        severity: "error",
        path: ["notify", "to", index],
        message: `${what} is already in the list`,
        help: "remove one of the two",
      };
    }
    known.add(same);
  }
}

/** What two spellings of one place have in common. Nobody has two mailboxes that differ in case alone. */
function identity({ kind, value }: NotifiedPlace): string {
  if (kind === "email") return value.toLowerCase();
  return kind === "https" ? new URL(value).href : value;
}

function* repeatedEvents({ on }: NotifyFile): Iterable<Finding> {
  for (const [index, event] of on.entries()) {
    if (on.indexOf(event) === index) continue;
    yield {
      severity: "error",
      path: ["notify", "on", index],
      message: `${event} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* tooManyTopics({ to, on }: NotifyFile): Iterable<Finding> {
  // An apply posts to a URL itself.
  const isBySns = on.some((event) => event !== "applies");
  const existing = new Set(to.filter(({ kind }) => kind === "topic").map(({ value }) => value))
    .size;
  const own = to.some(({ kind }) => kind === "email" || (kind === "https" && isBySns)) ? 1 : 0;
  const limits = [
    { most: MOST_ALARM_ACTIONS, on: "alarms", by: "an alarm" },
    { most: MOST_TOPICS, on: "launches", by: "a group" },
  ] as const;
  const limit = limits.find((one) => on.includes(one.on) && existing + own > one.most);
  // A list of topics for applies alone has the same limit, because others may follow.
  if (limit === undefined && existing + own <= MOST_TOPICS) return;
  const { most, by } = limit ?? { most: MOST_TOPICS, by: "a stack" };
  yield {
    severity: "error",
    path: ["notify", "to"],
    about: [["notify", "on"]],
    message: `${by} can notify at most ${most} topics, but the list has ${existing}${own === 0 ? "" : ", and the stack has its own for mail and URLs"}`,
    help: "subscribe the others to one topic, and write that one",
  };
}

/** Slack's incoming webhooks take no messages but Slack's own, so they never confirm a subscription of SNS. */
function* unconfirming({ to }: NotifyFile): Iterable<Finding> {
  for (const [index, { kind, value }] of to.entries()) {
    if (kind !== "https" || !/^hooks\.slack\.com$/i.test(new URL(value).hostname)) continue;
    yield {
      severity: "warning",
      path: ["notify", "to", index],
      message:
        "an incoming webhook of Slack takes only messages in Slack's form, so nothing arrives there",
      help: "write the mail address of the channel, or a topic that Amazon Q Developer in chat applications listens to",
    };
  }
}
