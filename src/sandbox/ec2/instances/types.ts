import { invalidValue } from "../../error.ts";

type Architecture = "x86_64" | "arm64";

/** A family that the sandbox knows: its processors, and the memory per processor from `large` on. */
interface Family {
  readonly architecture: Architecture;
  readonly memoryPerProcessor: number;
  readonly sizes: readonly string[];
  /** Not on AWS's Nitro System. */
  readonly xen?: true;
  /** Sizes with fewer processors than the same size of other families. */
  readonly processors?: Readonly<Record<string, number>>;
}

const BURSTABLE = ["nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"];
const FROM_LARGE = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge"];
const FROM_MEDIUM = ["medium", ...FROM_LARGE];

const t3 = { architecture: "x86_64", memoryPerProcessor: 4, sizes: BURSTABLE } as const;

/** Memory of each size in GiB. Burstable types have their own. */
const BURSTABLE_MEMORY: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
};

/** Amazon EC2 Instance Types Guide. */
const FAMILIES: Readonly<Record<string, Family>> = {
  t2: { ...t3, xen: true, processors: { nano: 1, micro: 1, small: 1 } },
  t3,
  t3a: t3,
  t4g: { ...t3, architecture: "arm64" },
  m5: { architecture: "x86_64", memoryPerProcessor: 4, sizes: FROM_LARGE },
  m6a: { architecture: "x86_64", memoryPerProcessor: 4, sizes: FROM_LARGE },
  m6i: { architecture: "x86_64", memoryPerProcessor: 4, sizes: FROM_LARGE },
  m6g: { architecture: "arm64", memoryPerProcessor: 4, sizes: FROM_MEDIUM },
  m7a: { architecture: "x86_64", memoryPerProcessor: 4, sizes: FROM_MEDIUM },
  m7i: { architecture: "x86_64", memoryPerProcessor: 4, sizes: FROM_LARGE },
  m7g: { architecture: "arm64", memoryPerProcessor: 4, sizes: FROM_MEDIUM },
  c5: {
    architecture: "x86_64",
    memoryPerProcessor: 2,
    sizes: ["large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "12xlarge"],
  },
  c6i: { architecture: "x86_64", memoryPerProcessor: 2, sizes: FROM_LARGE },
  c6g: { architecture: "arm64", memoryPerProcessor: 2, sizes: FROM_MEDIUM },
  c7i: { architecture: "x86_64", memoryPerProcessor: 2, sizes: FROM_LARGE },
  c7g: { architecture: "arm64", memoryPerProcessor: 2, sizes: FROM_MEDIUM },
  r5: { architecture: "x86_64", memoryPerProcessor: 8, sizes: FROM_LARGE },
  r6i: { architecture: "x86_64", memoryPerProcessor: 8, sizes: FROM_LARGE },
  r6g: { architecture: "arm64", memoryPerProcessor: 8, sizes: FROM_MEDIUM },
  r7i: { architecture: "x86_64", memoryPerProcessor: 8, sizes: FROM_LARGE },
  r7g: { architecture: "arm64", memoryPerProcessor: 8, sizes: FROM_MEDIUM },
};

export interface InstanceType {
  readonly name: string;
  readonly architecture: Architecture;
  readonly processors: number;
  readonly memoryMebibytes: number;
  readonly burstable: boolean;
  readonly hypervisor: "nitro" | "xen";
}

const instanceTypes: ReadonlyMap<string, InstanceType> = new Map(
  Object.entries(FAMILIES).flatMap(([name, family]) =>
    family.sizes.map((size): [string, InstanceType] => [
      `${name}.${size}`,
      typeOf(name, family, size),
    ]),
  ),
);

function typeOf(name: string, family: Family, size: string): InstanceType {
  const burstable = name.startsWith("t");
  const processors = family.processors?.[size] ?? usualProcessors(size, burstable);
  const gibibytes =
    (burstable ? BURSTABLE_MEMORY[size] : undefined) ?? processors * family.memoryPerProcessor;
  return {
    name: `${name}.${size}`,
    architecture: family.architecture,
    processors,
    memoryMebibytes: gibibytes * 1024,
    burstable,
    hypervisor: family.xen ? "xen" : "nitro",
  };
}

/**
 * Burstable types have two vCPUs up to `large`. For other types `medium` has one, and each size
 * doubles it.
 */
function usualProcessors(size: string, burstable: boolean): number {
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (times !== undefined) return 4 * (times === "" ? 1 : Number(times));
  return burstable || size === "large" ? 2 : 1;
}

/** Every type that the sandbox knows. */
export function knownInstanceTypes(): readonly InstanceType[] {
  return [...instanceTypes.values()];
}

/** A type by its name. Undefined for a type that does not exist. */
export function instanceType(name: string): InstanceType | undefined {
  return instanceTypes.get(name);
}

/** The vCPUs of a type. Zero for a type that does not exist. */
export function processorsOf(name: string): number {
  return instanceTypes.get(name)?.processors ?? 0;
}

export function isInstanceType(name: string): boolean {
  return instanceTypes.has(name);
}

/** @throws AwsError for a type that does not exist, or for an image of another architecture. */
export function checkInstanceType(name: string, architecture: string): void {
  const type = instanceTypes.get(name);
  if (type === undefined) throw invalidValue(`Invalid value '${name}' for InstanceType.`);
  if (type.architecture !== architecture) {
    throw invalidValue(
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
}
