import { z } from "zod";
import type { Written } from "../section.ts";
import { notifiedPlace } from "./notified-place.ts";

/** More than anybody reads. SNS allows many more in one topic. */
const MOST_PLACES = 100;

const EVENTS = ["alarms", "launches", "applies"] as const;

/** What people can be notified of. */
export type NotifiedEvent = (typeof EVENTS)[number];

export const notifySchema = z
  .strictObject({
    to: z
      .array(notifiedPlace())
      .min(1)
      .max(MOST_PLACES)
      .meta({
        description: `Who is notified, at most ${MOST_PLACES}. Mail addresses and https URLs are subscribed to a topic of the stack's own in SNS. Each first gets a message with a link that confirms the subscription. Until somebody opens the link, nothing else arrives. The server of a URL must do the same, which not every chat service can. An ARN is that of an existing topic in the stack's region. Of a URL, plans and messages show only the host, because the rest may be a secret. AWS itself stores the whole URL, and so does a saved plan.`,
        examples: [["ops@example.com", "https://hooks.example.com/reconcile"]],
      }),
    on: z
      .array(z.enum(EVENTS))
      .min(1)
      .prefault([...EVENTS])
      .meta({
        description:
          "What they are notified of. `alarms`: an alarm of the section `alarms` starts or ends. `launches`: AWS could not start or terminate a server. `applies`: how an apply of this stack ended.",
        examples: [["alarms", "launches"]],
      }),
  })
  .meta({
    description: "Who is notified when something happens. Default: nobody.",
    examples: [{ to: ["ops@example.com"] }],
  })
  .optional();

export type NotifyFile = Written<typeof notifySchema>;
