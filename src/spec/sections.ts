import { application } from "./application/index.ts";
import { image } from "./image/index.ts";
import { keyPair } from "./key-pair/index.ts";
import { loadBalancer } from "./load-balancer/index.ts";
import { network } from "./network/index.ts";
import { scaling } from "./scaling/index.ts";
import { securityGroups } from "./security-groups/index.ts";

/** Every section of the stack file, by its name in the file. Documents list them in this order. */
export const sections = {
  network,
  keyPair,
  securityGroups,
  image,
  application,
  loadBalancer,
  scaling,
};
