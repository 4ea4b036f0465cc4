import type { Change, FieldChange } from "../engine/plan-format.ts";

/** How the stack file spells a field, or a member of it, and its values. */
interface Term {
  readonly name?: string;
  readonly unit?: "s" | "%";
  /** The file's word for each value of AWS's. */
  readonly values?: Readonly<Record<string, string>>;
}

type Terms = Readonly<Record<string, Term>>;

/**
 * By type, the fields whose spelling in a plan, which is AWS's, is not that of the stack file; a member of a
 * record is named with the record, by a point between. What the file has no field for keeps AWS's name.
 */
const TERMS: Readonly<Record<string, Terms>> = {
  image: { "builder.timeout": { unit: "s" } },
  "security-group": { vpcId: { name: "network.vpc" } },
  "load-balancer": {
    vpcId: { name: "network.vpc" },
    securityGroupIds: { name: "securityGroups" },
    "healthCheck.interval": { unit: "s" },
    "healthCheck.timeout": { unit: "s" },
    "healthCheck.healthyThreshold": { name: "healthCheck.healthy" },
    "healthCheck.unhealthyThreshold": { name: "healthCheck.unhealthy" },
    connectionDraining: { unit: "s" },
    idleTimeout: { unit: "s" },
  },
  "launch-template": {
    imageId: { name: "image" },
    keyName: { name: "keyPair.name" },
    keyPairId: { name: "keyPair.id" },
    securityGroupIds: { name: "securityGroups" },
  },
  "auto-scaling-group": {
    cooldown: { unit: "s" },
    healthCheckType: {
      name: "healthCheck.type",
      values: { ELB: "load-balancer", EC2: "instance" },
    },
    healthCheckGrace: { name: "healthCheck.grace", unit: "s" },
    loadBalancers: { name: "loadBalancer" },
    "rollout.minHealthy": { unit: "%" },
    "rollout.maxHealthy": { unit: "%" },
    "rollout.warmup": { unit: "s" },
  },
};

/**
 * The same change as a person reads it: fields as the stack file spells them, numbers with their units. For
 * screens only; what programs read keeps the plan's paths.
 */
export function inFileTerms(change: Change): Change {
  const terms = termsOf(change.address);
  if (terms === undefined) return change;
  return {
    ...change,
    because: reasonInFileTerms(change.because, terms),
    fields: change.fields.map((field) => fieldInFileTerms(field, terms)),
  };
}

/** By type, the fields that an existing object does not show, so that nobody knows whether they differ. */
const NOT_COMPARED: Readonly<Record<string, readonly string[]>> = {
  "auto-scaling-group": ["rollout"],
  image: ["builder", "userData"],
  "key-pair": ["privateKeyFile"],
};

/** Whether a field, or a member of one, is compared with an existing object. */
export function isCompared(address: string, path: string): boolean {
  const fields = NOT_COMPARED[address.slice(0, address.indexOf("/"))] ?? [];
  return !fields.some((field) => path === field || path.startsWith(`${field}.`));
}

/** The name of one field of a resource, as the stack file spells it. */
export function fileName(address: string, field: string): string {
  return termsOf(address)?.[field]?.name ?? field;
}

function termsOf(address: string): Terms | undefined {
  return TERMS[address.slice(0, address.indexOf("/"))];
}

function fieldInFileTerms(field: FieldChange, terms: Terms): FieldChange {
  const { path } = field;
  return {
    ...field,
    path: terms[path]?.name ?? path,
    ...("before" in field && { before: valueInFileTerms(path, field.before, terms) }),
    ...("after" in field && { after: valueInFileTerms(path, field.after, terms) }),
  };
}

function valueInFileTerms(path: string, value: unknown, terms: Terms): unknown {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const inner = `${path}.${key}`;
        const name = terms[inner]?.name;
        return [
          name?.slice(name.lastIndexOf(".") + 1) ?? key,
          valueInFileTerms(inner, member, terms),
        ];
      }),
    );
  }
  const { unit, values } = terms[path] ?? {};
  if (typeof value === "number" && unit !== undefined) return `${value} ${unit}`;
  return typeof value === "string" ? (values?.[value] ?? value) : value;
}

/** A reason names fields; only a word in camel case is sure to be one. */
function reasonInFileTerms(because: string, terms: Terms): string {
  return because.replace(
    /(?<![\w./-])[a-z]+(?:[A-Z][a-z]+)+(?![\w/-])/g,
    (word) => terms[word]?.name ?? word,
  );
}
