import { z } from "zod";
import { serverCount } from "./sizes.ts";

/**
 * AWS hibernates only instances whose launch enabled it, with an encrypted root volume that has room for the memory, and
 * an image and an instance type that support it ("Prerequisites for EC2 instance hibernation", Amazon EC2 User Guide).
 */
const state = z.enum(["stopped", "running"], {
  error: ({ input }) =>
    /^hibernat/i.test(String(input))
      ? "servers of a warm pool cannot hibernate: the launch template would have to allow it, with an encrypted disk that has room for the memory, and an image that supports it"
      : undefined,
});

/** Servers that have started ahead of demand. */
export const warmPoolSchema = z
  .strictObject({
    min: serverCount()
      .default(1)
      .meta({
        description:
          "How many servers the pool has at least. It may have more: as many as `max` allows beside those in service.",
        examples: [1],
      }),
    state: state.default("stopped").meta({
      description:
        "What its servers do. `stopped`: AWS charges only for their disks. `running`: AWS charges for them as for the others.",
      examples: ["stopped"],
    }),
  })
  .optional()
  .meta({
    description:
      "A warm pool: servers that have started once and wait until the group needs them. It suits applications that take minutes to start, and that survive a stop and another start of their server. It excludes `spot` and several `instanceTypes`. Default: no pool.",
    examples: [{ min: 1, state: "stopped" }],
  });
