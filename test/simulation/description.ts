import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { services } from "../../src/sandbox/services.ts";

/**
 * Every kind of object that the account's inventory shows. What a stack consists of, or leaves behind
 * when something goes wrong, is among them, and so is what nobody thought of.
 */
export const kinds = services
  .flatMap(({ tables }) => tables)
  .filter(({ view }) => view !== undefined);

/**
 * What differs from one run to the next without meaning anything: times, counters, addresses, and
 * what AWS keeps of its own workings.
 */
const incidental = new Set([
  ...["knownFrom", "roleKnownFrom", "agentFrom"],
  ...["createTime", "createdAt", "creationDate", "startTime", "stateSince", "launchTime", "since"],
  ...["launchedAt", "registeredAt", "inServiceAt", "scaledAt", "evaluateAt", "nextLaunchAt", "at"],
  ...["attachTime", "privateAddress", "publicAddress", "dnsName", "arn", "clientToken"],
  ...["reservationId", "activities", "refreshes", "reasons", "activityId", "boot", "console"],
  ...["from", "until", "failedLaunches", "failedZone", "rebalancing", "attachmentId"],
  // Which zone an instance landed in, and what follows from it.
  ...["zone", "subnetId", "launchIndex"],
  // Made anew where the file is lost.
  ...["publicKey", "fingerprint"],
  // A group has a digest in its name only if it was made behind an application load balancer.
  ...["aws:autoscaling:groupName", "group"],
  // Versions count on; what is in the wanted one matters.
  ...["number", "version", "defaultVersion", "latestVersion", "aws:ec2launchtemplate:version"],
  // Of a target group and its targets.
  ...["releasedAt", "checksFrom", "drainedAt", "defaultRule", "failure"],
  // Of a web ACL and its sets of addresses.
  ...["lockToken", "availableAt", "heldUntil"],
  // Of a certificate, and of the record of a name, which the plan compares.
  ...["recordsKnownAt", "knownToLoadBalancersAt", "issued", "users", "certificate", "alias"],
  // Where names led, and until when that is remembered.
  ...["reconcile:targets", "reconcile:moving"],
  // Of an alarm: its state follows from metrics. Of a subscription: its secret.
  ...[
    "configuredAt",
    "reason",
    "reasonData",
    "stateChangedAt",
    "stateUpdatedAt",
    "alarms",
    "token",
  ],
  ...["confirmBy", "subscribedAt", "nextAt", "due", "invitedAt"],
  // Means nothing without Spot Instances, and no file without them mentions it.
  "capacityRebalance",
  // A person's.
  "cpuLoad",
  // What a group may have. A crash may leave it behind, which costs a plan one call.
  ...["reconcile:parts", "reconcile:topics"],
  // What the stack has ever had.
  "reconcile:types",
  // Of a network of the stack's own: when it was made, by which request, and how many addresses its subnets have given out.
  ...["reconcile:created", "request", "nextHost", "associationId", "routeTableId"],
]);

/** Ids of everything that AWS and other people had in the account before the stack came. */
export function idsOf(sandbox: Sandbox): ReadonlySet<string> {
  return new Set(kinds.flatMap(({ name }) => [...sandbox.records(name).keys()]));
}

/**
 * The account beside `others`, as sorted texts in which ids are replaced by what they stand for:
 * two accounts with the same description differ in nothing that anybody would care for. Without
 * its past, which another way to the same end may make another one, an account has only the image and
 * the template version that are in use.
 */
export function describeAccount(
  sandbox: Sandbox,
  others: ReadonlySet<string>,
  { past }: { readonly past: boolean },
): readonly string[] {
  sandbox.advance();
  const everything: [string, string, object][] = [];
  for (const kind of kinds) {
    for (const [id, record] of sandbox.records(kind.name)) {
      const isThere = kind.view?.(record, id) !== undefined;
      if (isThere && !others.has(id)) everything.push([kind.name, id, record]);
    }
  }
  const found = past ? everything : withoutPast(everything);
  const names = new Map<string, string>();
  for (const [type, id, record] of found) {
    names.set(id, `<${type} ${addressOf(record)}>`);
    // Those of AWS WAF have an id beside their ARN.
    const other: unknown = Reflect.get(record, "id");
    if (typeof other === "string") names.set(other, `<${type} ${addressOf(record)}>`);
  }
  for (const [type, , record] of found) {
    // Images and groups carry a digest of ids in their names. A name without one stands for other things, too.
    const name = Reflect.get(record, "name");
    if (typeof name === "string" && /-[0-9a-f]{8}$/.test(name)) {
      names.set(name, `<${type} ${addressOf(record)}>`);
    }
  }
  return found
    .map(([type, id, record]) => {
      const shown = partsOf[type]?.(record) ?? record;
      return `${names.get(id) ?? type} ${canonical(nameless(shown), names)}`;
    })
    .sort();
}

/** What is shown of some types, in place of the record itself. */
const partsOf: Readonly<Record<string, (record: object) => object>> = {
  // The state of an alarm follows from metrics.
  alarm(record) {
    const { state: _, ...rest } = record as { readonly state?: unknown };
    return rest;
  },
  // The subnet is a choice here, as it is not for what AWS places. Of a regional one, AWS chooses the addresses.
  "nat-gateway"(record) {
    const { subnetId, addresses, mode } = record as {
      readonly subnetId?: string;
      readonly mode: string;
      readonly addresses: readonly { readonly zone?: { readonly name: string } }[];
    };
    const zones = addresses.map(({ zone }) => zone?.name);
    return { ...record, subnet: subnetId, ...(mode === "regional" && { addresses: zones }) };
  },
  "route-table"(record) {
    const { associations } = record as {
      readonly associations: readonly { readonly subnetId: string | null }[];
    };
    return { ...record, associations: associations.map(({ subnetId }) => subnetId) };
  },
  "vpc-endpoint"(record) {
    const { interfaces = [] } = record as {
      readonly interfaces?: readonly { readonly subnetId: string }[];
    };
    return { ...record, interfaces: interfaces.map(({ subnetId }) => subnetId) };
  },
  // Of an address, what it is associated with stands in what has it.
  address(record) {
    const { association } = record as { readonly association?: object };
    return { ...record, association: association !== undefined };
  },
};

/** The address tells more, and is the same where a name is not. */
function nameless(record: object): object {
  const { name: _, ...rest } = record as { readonly name?: unknown };
  return rest;
}

interface TemplateVersion {
  readonly number: number;
  readonly data: { readonly ImageId?: string };
}

/** Images kept for going back: `image.keep` of the stack files here. */
const kept = 1;
/** What may be kept of a template to go back by hand, with one that has just been made. */
const keptVersions = 6;

/**
 * The image and the template version that groups launch from, of those there may be some of; more
 * than may be kept stays, so that it is told as a leak.
 */
function withoutPast(found: readonly [string, string, object][]): [string, string, object][] {
  const templates = found.filter(([type]) => type === "launch-template");
  const used = new Set<unknown>();
  const versions = new Map<string, readonly TemplateVersion[]>();
  for (const [, id, template] of templates) {
    const all = Reflect.get(template, "versions") as readonly TemplateVersion[];
    const current = all.filter(({ number }) => number === Reflect.get(template, "defaultVersion"));
    for (const { data } of current) used.add(data.ImageId);
    versions.set(id, all.length > keptVersions ? all : current);
  }
  const images = found.filter(([type, id]) => type === "image" && !used.has(id));
  const dropped = new Set(images.length > kept ? [] : images.map(([, id]) => id));
  const droppedSnapshots = new Set(
    images
      .filter(([, id]) => dropped.has(id))
      .flatMap(([, , image]) => Reflect.get(image, "volumes") as { readonly snapshotId: string }[])
      .map(({ snapshotId }) => snapshotId),
  );
  return found
    .filter(([, id]) => !dropped.has(id) && !droppedSnapshots.has(id))
    .map(([type, id, record]) =>
      versions.has(id) ? [type, id, { ...record, versions: versions.get(id) }] : [type, id, record],
    );
}

/** The tag that says what it is; tags come as a record of texts or, on groups, of objects. */
export function addressOf(record: object): string {
  return tagOf(record, "reconcile:name") ?? "?";
}

export function tagOf(record: object, key: string): string | undefined {
  const tags: unknown = Reflect.get(record, "tags");
  if (typeof tags !== "object" || tags === null) return undefined;
  const tag: unknown = Reflect.get(tags, key);
  if (typeof tag === "string") return tag;
  const value: unknown = typeof tag === "object" && tag !== null && Reflect.get(tag, "value");
  return typeof value === "string" ? value : undefined;
}

/** The end of the description of an application load balancer's interface: `ELB app/<name>/<id>`. */
const balancerId = /(?<=^ELB app\/[^/]+)\/[0-9a-f]{16}$/;

/** Parts of a group. Whether it has had any makes no difference. */
const partKeys = new Set(["policies", "schedule", "notifications", "enabledMetrics"]);

/** Ids inside the names of others: of policies and their alarms, and of what a policy counts. */
const inner: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>"],
  [/\b(app|targetgroup)\/([\w-]+?)(-[0-9a-f]{8})?\/[0-9a-f]{16}/g, "$1/$2"],
  [/(?<=^ELB [\w-]+?)-[0-9a-f]{8}$/, ""],
  [/(?<=autoScalingGroupName\/[\w-]+?)-[0-9a-f]{8}(?=:)/g, ""],
];

function canonical(value: unknown, names: ReadonlyMap<string, string>): string {
  if (typeof value === "string") {
    const plain = inner.reduce(
      (text, [pattern, instead]) => text.replace(pattern, instead),
      names.has(value) ? value : value.replace(balancerId, ""),
    );
    return JSON.stringify(named(plain, names));
  }
  if (Array.isArray(value)) {
    return `[${value
      .map((each) => canonical(each, names))
      .sort()
      .join()}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const fields = Object.entries(value)
    .filter(([key, field]) => !incidental.has(key) && field !== undefined)
    .filter(([key, field]) => !(partKeys.has(key) && Array.isArray(field) && field.length === 0))
    .map(([key, field]) => `${named(key, names)}:${canonical(field, names)}`)
    .sort();
  return `{${fields.join()}}`;
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  // Rules, interfaces and volumes are told by what they belong to; descriptions name gone builders.
  if (/^A(ROA|IPA)[0-9A-F]{17}$/.test(text)) return "<id>";
  return text.replace(/\b(sgr|eni|vol|i|snap|key|ami|sg|lt|nat|vpce)-[0-9a-f]{17}\b/g, (id) =>
    /^(ami|nat|vpce)-/.test(id) && id === text ? id : "<id>",
  );
}

/** Which lines two descriptions do not share. */
export function compare(wanted: readonly string[], found: readonly string[]): string[] {
  const left = [...found];
  const missing = wanted.filter((line) => {
    const index = left.indexOf(line);
    if (index < 0) return true;
    left.splice(index, 1);
    return false;
  });
  return [...missing.map((line) => `- ${line}`), ...left.map((line) => `+ ${line}`)];
}
