import { z } from "zod";

/** More requests a minute than one server answers. It catches a mistyped number. */
const MOST_REQUESTS = 10_000_000;

/** The load of a server that the group keeps by its number of servers. */
export const targetSchema = z
  .strictObject({
    cpu: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .meta({
        description:
          "The average CPU utilization of the servers, in percent. It turns on detailed monitoring of the servers, which AWS charges for: without it, AWS measures only every 5 minutes.",
        examples: [50],
      }),
    requests: z
      .int()
      .min(1)
      .max(MOST_REQUESTS)
      .optional()
      .meta({
        description:
          "The number of requests that each server gets in a minute. It needs an application load balancer, which counts the requests.",
        examples: [1000],
      }),
  })
  .optional()
  .meta({
    description:
      "The load of a server that the group aims for: `cpu`, `requests` or both. AWS adds servers while the load is above the target, and removes servers while it is well below, between `min` and `max`. With both, AWS adds servers if one of the two asks for more, and removes servers only if both allow it. It excludes `desired`, and needs a `max` above `min`. Default: load does not change the number of servers.",
    examples: [{ cpu: 50 }],
  });

/** The file's own word on scale-in. Whether the file has it matters to a rule, so the default comes later. */
export const scaleInSchema = z
  .boolean()
  .optional()
  .meta({
    description:
      "Whether `target` also removes servers. With `false`, it only adds them. Default: `true`.",
    examples: [false],
  });
