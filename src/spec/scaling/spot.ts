import { z } from "zod";
import { serverCount } from "./sizes.ts";

/** How many of the servers are Spot Instances. */
export const spotSchema = z
  .strictObject({
    share: z
      .int()
      .min(1)
      .max(100)
      .meta({
        description: "How many of the servers above `base` are Spot Instances, in percent.",
        examples: [50],
      }),
    base: serverCount()
      .default(0)
      .meta({
        description: "How many servers are never Spot Instances. They come first. At most `min`.",
        examples: [1],
      }),
  })
  .optional()
  .meta({
    description:
      "Spot Instances: they cost less, and AWS may take each of them back with 2 minutes' notice. With several `instanceTypes`, AWS chooses types with much spare capacity and a low price. Default: no server is one.",
    examples: [{ share: 50, base: 1 }],
  });
