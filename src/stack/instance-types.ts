import type { Finding, Path } from "../spec/finding.ts";
import { USUAL_BUILDERS } from "../spec/shared/architecture.ts";
import type { Stack } from "../spec/stack.ts";

/** The processor architectures of instance types, by type. */
export type ArchitecturesOfTypes = ReadonlyMap<string, readonly string[]>;

/** An instance type that the stack file names. */
interface NamedType {
  readonly type: string;
  readonly path: Path;
}

/** Every type that the servers or the builder start with, as far as the stack file says it. */
export function namedTypes({ image, scaling }: Stack): readonly NamedType[] {
  const { instanceType: builder } = image.builder;
  return [
    ...(scaling.instanceTypes.length === 1
      ? [{ path: ["scaling", "instanceType"], type: scaling.instanceType }]
      : scaling.instanceTypes.map((type, index) => ({
          path: ["scaling", "instanceTypes", index],
          type,
        }))),
    ...(builder === undefined
      ? []
      : [{ path: ["image", "builder", "instanceType"], type: builder }]),
  ];
}

/** These types are in every region, and their architecture is documented. */
const usualBuilders: ArchitecturesOfTypes = new Map(
  Object.entries(USUAL_BUILDERS).map(([architecture, type]) => [type, [architecture]]),
);

/**
 * The architectures of all types of the stack, without AWS, if enough is known: servers already run on
 * their type, and the builder has the same type or a usual one.
 */
export function architecturesWithoutAws(
  { image, scaling }: Stack,
  running: ArchitecturesOfTypes,
): ArchitecturesOfTypes | undefined {
  const known = new Map([...usualBuilders, ...running]);
  const { instanceType: builder } = image.builder;
  const isEnough =
    scaling.instanceTypes.every((type) => running.has(type)) &&
    (builder === undefined || known.has(builder));
  return isEnough ? known : undefined;
}

/** Types that the region does not have. AWS would refuse the launch of each instance. */
export function checkTypes(
  stack: Stack,
  known: ArchitecturesOfTypes,
  region: string,
): readonly Finding[] {
  return namedTypes(stack)
    .filter(({ type }) => !known.has(type))
    .map(({ path, type }) => ({
      severity: "error",
      path,
      message: `${region} has no instance type ${type}`,
      help: "correct the type, or choose a type that this region offers",
    }));
}
