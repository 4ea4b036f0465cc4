import type { Finding } from "../spec/finding.ts";
import type { Stack } from "../spec/stack.ts";

/** EBS creates no volume that is smaller than its snapshot. */
export function checkDiskSize(
  { image }: Stack,
  sizeOfBase: number | undefined,
): readonly Finding[] {
  const { size } = image.disk;
  if (size === undefined || sizeOfBase === undefined || size >= sizeOfBase) return [];
  return [
    {
      severity: "error",
      path: ["image", "disk", "size"],
      message: `the base image's disk has ${sizeOfBase}GiB, which is more than ${size}GiB`,
      help: `write ${sizeOfBase}GiB or more, or remove the field`,
    },
  ];
}
