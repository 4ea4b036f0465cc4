import { z } from "zod";
import type { EngineEvent } from "../src/engine/events.ts";
import type { Change, FieldChange, Problem, Summary } from "../src/engine/plan-format.ts";
import type {
  Addresses,
  RolloutStatus,
  SessionStatus,
  StatusActivity,
  StatusDocument,
  StatusHealth,
  StatusImage,
  StatusInstance,
  StatusResource,
} from "../src/engine/status-format.ts";
import type { Failure, FileProblem } from "../src/ui/view.ts";

/** A type as JSON has it: nothing is read-only, and an address is a text. */
type Json<T> = T extends `${string}/${string}`
  ? string
  : T extends readonly (infer Member)[]
    ? Json<Member>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Json<T[Key]> }
      : T;

type Same<One, Other> = [One, Other, keyof One, keyof Other] extends [
  Other,
  One,
  keyof Other,
  keyof One,
]
  ? unknown
  : never;

/** Takes a schema that has all members of the type and no other, so that neither changes alone. */
function of<T>() {
  return <S extends z.ZodType>(schema: S & Same<Json<T>, z.infer<S>>): S => schema;
}

const optional = z.exactOptional;
const text = z.string();
const count = z.int().min(0);
const time = z.string().meta({ format: "date-time" });
const address = z.string().regex(/^[a-z-]+\/.+$/);
const outputs = z.record(z.string(), z.string());

const summary = of<Summary>()(
  z.strictObject({ create: count, update: count, replace: count, delete: count, keep: count }),
);

const problem = of<Problem>()(
  z.strictObject({
    severity: z.enum(["error", "warning"]),
    address: optional(address),
    summary: text,
    remedy: text,
  }),
);

const fileProblem = of<FileProblem>()(
  z.strictObject({
    severity: z.enum(["error", "warning"]),
    file: text,
    line: count,
    column: count,
    path: text.meta({ description: "The place in the document, for example scaling.min." }),
    message: text,
    help: optional(text),
  }),
);

const failure = of<Omit<Failure, "kind"> & { readonly kind?: Failure["kind"] }>()(
  z.strictObject({
    kind: optional(
      z.enum(["user", "outside", "interrupted", "bug"]).meta({
        description: "Why the command failed. Omitted for a failure that is not the command's.",
      }),
    ),
    message: text,
    code: optional(text.meta({ description: "AWS's error code." })),
    operation: optional(text.meta({ description: "For example ec2:RunInstances." })),
    remedy: optional(text),
    consoleOutput: optional(z.array(text)),
    problems: optional(z.array(fileProblem)),
    stack: optional(text.meta({ description: "Only for a bug in reconcile." })),
  }),
);

const step = { key: text, verb: z.enum(["create", "update", "delete"]), address };

type Event<Name extends EngineEvent["event"]> = Extract<EngineEvent, { readonly event: Name }>;

const event = z.discriminatedUnion("event", [
  of<Event<"planned">>()(
    z.strictObject({
      at: time,
      event: z.literal("planned"),
      summary,
      steps: z.array(z.strictObject(step)),
    }),
  ),
  of<Event<"step-started">>()(
    z.strictObject({ at: time, event: z.literal("step-started"), ...step }),
  ),
  of<Event<"step-progress">>()(
    z.strictObject({
      at: time,
      event: z.literal("step-progress"),
      ...step,
      message: text,
      done: optional(z.number()),
      total: optional(z.number()),
      note: optional(
        z.literal(true).meta({ description: "The message stays relevant after the step." }),
      ),
    }),
  ),
  of<Event<"step-retried">>()(
    z.strictObject({ at: time, event: z.literal("step-retried"), ...step, reason: text }),
  ),
  of<Event<"step-done">>()(
    z.strictObject({
      at: time,
      event: z.literal("step-done"),
      ...step,
      seconds: z.number().min(0),
      id: optional(text),
    }),
  ),
  of<Omit<Event<"step-failed">, "error"> & { readonly error: z.infer<typeof failure> }>()(
    z.strictObject({ at: time, event: z.literal("step-failed"), ...step, error: failure }),
  ),
  of<Event<"step-skipped">>()(
    z.strictObject({ at: time, event: z.literal("step-skipped"), ...step, because: text }),
  ),
  of<Omit<Event<"finished">, "error"> & { readonly error?: z.infer<typeof failure> }>()(
    z
      .strictObject({
        at: time,
        event: z.literal("finished"),
        ok: z.boolean(),
        summary: summary.meta({ description: "The completed changes, by action." }),
        outputs,
        apiCalls: count,
        seconds: z.number().min(0),
        interrupted: optional(z.literal(true)),
        pending: optional(
          z
            .array(
              z.strictObject({
                address,
                waitsFor: text,
                remedy: text,
                applyAgain: optional(z.literal(false)).meta({
                  description: "false: when it is done, nothing is left for an apply.",
                }),
              }),
            )
            .meta({
              description:
                "What only somebody outside can do, such as making a DNS record. The next apply completes the rest.",
            }),
        ),
        error: optional(failure),
      })
      .meta({ description: "The last line." }),
  ),
]);

const fieldChange = of<FieldChange>()(
  z.strictObject({
    path: text,
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    known: z.boolean().meta({ description: "false: known after apply." }),
    forcesReplace: z.boolean(),
    sensitive: z.boolean(),
  }),
);

const change = of<Change>()(
  z.strictObject({
    address,
    action: z.enum(["create", "update", "replace", "delete", "keep"]),
    id: optional(text),
    because: text,
    fields: z.array(fieldChange),
  }),
);

const resource = of<StatusResource>()(
  z.strictObject({
    address,
    type: text,
    id: text,
    status: text,
    reason: optional(text.meta({ description: "In AWS's words." })),
    outputs: z.record(z.string(), z.unknown()),
  }),
);

const addresses = of<Addresses>()(
  z.strictObject({
    publicIpv4: text.nullable(),
    privateIpv4: text.nullable(),
    ipv6: text.nullable(),
    publicDnsName: text.nullable(),
    privateDnsName: text.nullable(),
  }),
);

const session = of<SessionStatus>()(
  z.strictObject({
    available: z.boolean().nullable().meta({
      description: "Whether Session Manager can open a session. Null: not allowed to look it up.",
    }),
    missing: optional(
      z
        .enum(["role", "agent", "route", "endpoint"])
        .meta({ description: "What a session needs and the instance lacks." }),
    ),
    reason: optional(text.meta({ description: "Why no session can be opened." })),
    remedy: optional(text),
  }),
);

const instance = of<StatusInstance>()(
  z.strictObject({
    id: text,
    zone: text,
    image: text,
    lifecycle: text.meta({ description: "The Auto Scaling group's word, for example InService." }),
    health: text.meta({
      description:
        "InService or OutOfService behind a load balancer, otherwise the group's Healthy or Unhealthy.",
    }),
    reason: optional(text.meta({ description: "Why it is not in service, in AWS's words." })),
    addresses,
    protected: z.boolean().meta({ description: "Scale-in protection." }),
    session: session.nullable().meta({
      description: "Null if the stack file does not ask for it (access: session-manager).",
    }),
    launchedAt: optional(time),
  }),
);

const rollout = of<RolloutStatus>()(
  z.strictObject({
    group: text,
    status: text,
    percent: z.number(),
    reason: optional(text),
    endedAt: optional(time),
  }),
);

const activity = of<StatusActivity>()(
  z.strictObject({ at: time, status: text, description: text, cause: optional(text) }),
);

const image = of<StatusImage>()(
  z.strictObject({
    id: text,
    builtAt: time.nullable(),
    release: text.nullable().meta({ description: "Of the base image." }),
    current: z.boolean().meta({ description: "Whether new servers start from it." }),
  }),
);

const health = of<StatusHealth>()(
  z.strictObject({
    healthy: z.boolean(),
    inService: count,
    desired: count,
    reasons: z.array(text).meta({ description: "Why the tier is not healthy." }),
  }),
);

const statusFields = {
  stack: text,
  region: text,
  account: text,
  health,
  resources: z.array(resource),
  missing: z.array(text).meta({
    description: "Addresses that the stack file defines and that do not exist.",
  }),
  differences: optional(
    z.array(change).meta({ description: "With --check: what a plan would change." }),
  ),
  problems: z.array(problem),
  instances: z.array(instance),
  rollouts: z.array(rollout),
  activities: z.array(activity),
  images: z.array(image),
  outputs,
};

const status = of<StatusDocument>()(z.strictObject(statusFields));

const look = z.discriminatedUnion("event", [
  z.strictObject({
    at: time,
    event: z.literal("status"),
    changes: z.array(text).meta({ description: "What changed since the previous line." }),
    ...statusFields,
  }),
  z.strictObject({ at: time, event: z.literal("unreadable"), error: failure }),
  z.strictObject({ at: time, event: z.literal("failed"), error: failure }),
]);

/** The schema of one line that `apply --json` and `destroy --json` print. */
export function eventsSchema() {
  return z.toJSONSchema(
    event.meta({ title: "One line that reconcile apply --json or destroy --json prints" }),
  );
}

/** The schema of what `status --json` prints. */
export function statusSchema() {
  return z.toJSONSchema(status.meta({ title: "What reconcile status --json prints" }));
}

/** The schema of one line that `status --watch --json` prints. */
export function watchSchema() {
  return z.toJSONSchema(
    look.meta({ title: "One line that reconcile status --watch --json prints" }),
  );
}
