import { autoScaling } from "./auto-scaling/service.ts";
import { ec2 } from "./ec2/service.ts";
import { loadBalancing } from "./load-balancing/service.ts";
import type { Service } from "./service.ts";
import { sts } from "./sts/service.ts";

/** What the sandbox has of AWS. */
export const services: readonly Service[] = [ec2, autoScaling, loadBalancing, sts];
