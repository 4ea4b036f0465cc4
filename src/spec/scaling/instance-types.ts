import { z } from "zod";
import { instanceType } from "../shared/instance-type.ts";

/** As many overrides as a group can have (`LaunchTemplate` in the Amazon EC2 Auto Scaling API Reference). */
const MOST = 40;

/** Several types, for groups that take what AWS has. */
export const instanceTypesSchema = z
  .array(instanceType())
  .min(1)
  .max(MOST)
  .optional()
  .meta({
    description: `The EC2 instance types of the servers, at most ${MOST}, instead of \`instanceType\`. The first one is preferred. If AWS has no capacity of it, servers get the next one. All types must have the same architecture.`,
    examples: [["t4g.small", "t4g.medium"]],
  });
