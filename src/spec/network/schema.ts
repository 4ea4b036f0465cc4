import { z } from "zod";
import type { Written } from "../section.ts";
import { text } from "../shared/text.ts";

const zone = text({
  what: "an availability zone",
  // Local zones (us-west-2-lax-1a) and Wavelength zones (us-east-1-wl1-bos-wlz-1) are valid, too.
  pattern: /^[a-z]{2,}(-[a-z]+)+-\d+((-[a-z]{3}-\d+)?[a-z]|-wl\d+-[a-z]{3}-wlz-\d+)$/,
  allowed: "a region and a letter",
  longest: 40,
  example: "ap-southeast-2a",
});

const subnet = text({
  what: "a subnet",
  pattern: /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/,
  allowed: "subnet- followed by 8 or 17 hexadecimal digits (0-9, a-f)",
  example: "subnet-0123456789abcdef0",
});

export const networkSchema = z
  .strictObject({
    vpc: text({
      what: "a VPC",
      pattern: /^(default|vpc-([0-9a-f]{8}|[0-9a-f]{17}))$/,
      allowed: "default, or vpc- followed by 8 or 17 hexadecimal digits (0-9, a-f)",
      example: "vpc-0123456789abcdef0",
    })
      .prefault("default")
      .meta({
        description:
          "The VPC for all resources: the region's default VPC, or a VPC by its id. A stack cannot move to another VPC. With `subnets`, it is the VPC of the subnets.",
      }),
    zones: z
      .union([z.int().min(1).max(6), z.array(zone).min(1).max(6)], {
        error: "expected a number of availability zones, or a list of their names",
      })
      .optional()
      .meta({
        description:
          "The availability zones of the servers and the load balancer: how many, or a list of names. A number counts only the region's own zones; a local or Wavelength zone must be named. An existing stack keeps its subnets as long as their zones are still selected. An application load balancer needs at least two. Default: 2, or the zones of `subnets`.",
        examples: [2, ["ap-southeast-2a", "ap-southeast-2b"]],
      }),
    subnets: z
      .array(subnet)
      .min(1)
      .max(6)
      .optional()
      .meta({
        description:
          "The subnets of the servers, the load balancer and the builder, at most one per zone. Use this instead of `zones`. The internet can reach a load balancer only in public subnets. An application load balancer needs at least two subnets. Default for an existing stack: its current subnets. Default for a new stack in the default VPC: the default subnet of each zone. Default for a new stack in another VPC: the zone's only public subnet (its routes lead to an internet gateway); if a zone has several, the only one that assigns public addresses. Without an internet-facing load balancer, routes to a NAT gateway are enough.",
        examples: [["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]],
      }),
  })
  .prefault({})
  .meta({
    description: "The VPC, the zones and the subnets of the stack.",
    examples: [{ vpc: "default", zones: 2 }],
  });

export type NetworkFile = Written<typeof networkSchema>;
