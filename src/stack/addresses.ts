import type { Address } from "../engine/resource.ts";
import type { Stack } from "../spec/stack.ts";

/** The addresses of all resources that a stack file defines, known without any facts. */
export function addressesIn({ stack, keyPair, securityGroups, loadBalancer }: Stack): Address[] {
  return [
    ...(keyPair === undefined ? [] : [`key-pair/${stack}` as const]),
    `image/${stack}`,
    ...securityGroups.map(({ section }) => `security-group/${section}` as const),
    `launch-template/${stack}`,
    ...(loadBalancer === undefined ? [] : [`load-balancer/${stack}` as const]),
    `auto-scaling-group/${stack}`,
  ];
}
