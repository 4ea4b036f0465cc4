/** How a route to a target that no longer exists is shown. */
export function deletedTarget(id: string): string {
  return `${id} (deleted)`;
}

/** Whether the route leads to something that no longer exists. */
export function isDeleted(target: string): boolean {
  return target.endsWith(" (deleted)");
}

/** Whether the target is one that no stack creates: neither an internet gateway nor a NAT gateway. */
export function isOfOthers(target: string | null): boolean {
  return target !== null && !/^(igw|nat)-/.test(target);
}
