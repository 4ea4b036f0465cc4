import { defineSection } from "../section.ts";
import { normaliseNotify } from "./normalised.ts";
import { notifyRules } from "./rules.ts";
import { notifySchema as schema } from "./schema.ts";

/** Who is notified when something happens. */
export const notifySection = defineSection({
  schema,
  rules: notifyRules,
  normalise: normaliseNotify,
  otherNames: [
    "notification",
    "notifications",
    "notifier",
    "email",
    "slack",
    "webhook",
    "webhooks",
    "sns",
  ],
  misnomers: [
    {
      at: "",
      names: ["email", "emails", "mail", "recipients"],
      help: "write to, which is a list: to: [ops@example.com]",
    },
    {
      at: "",
      names: ["webhook", "webhooks", "url", "https", "slack"],
      help: "write to, which is a list: to: [https://hooks.example.com/reconcile]",
    },
    {
      at: "",
      names: ["topic", "topics", "sns", "topicArn", "arn"],
      help: "write to, which is a list: to: [arn:aws:sns:ap-southeast-2:111111111111:ops]",
    },
    {
      at: "",
      names: ["events", "when", "of"],
      help: "write on, which is a list: on: [alarms, launches, applies]",
    },
  ],
});
