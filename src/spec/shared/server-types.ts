import type { Path } from "../finding.ts";
import { usualInstanceType } from "./instance-type.ts";

/** The fields that name the types of the servers: one of them in a stack file, both in a stack. */
export interface ServerTypeFields {
  readonly instanceType?: string | undefined;
  readonly instanceTypes?: readonly string[] | undefined;
}

/** A type, and the field that names it. */
interface ServerType {
  readonly type: string;
  readonly path: Path;
}

/** The types of the servers, the preferred one first. There is always one. */
export function serverTypes({
  instanceType,
  instanceTypes,
}: ServerTypeFields): readonly [ServerType, ...ServerType[]] {
  const [first, ...others] = (instanceTypes ?? []).map((type, index) => ({
    type,
    path: ["scaling", "instanceTypes", index],
  }));
  if (first !== undefined && (others.length > 0 || instanceType === undefined)) {
    return [first, ...others];
  }
  return [{ type: instanceType ?? usualInstanceType, path: ["scaling", "instanceType"] }];
}
