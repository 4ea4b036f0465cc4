import { z } from "zod";
import type { Written } from "../section.ts";
import { bucketName } from "../shared/bucket-name.ts";
import { text } from "../shared/text.ts";
import { ownRange } from "./own-range.ts";

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

const flowLogs = z.strictObject({
  bucket: bucketName().optional().meta({
    description:
      "An existing S3 bucket. AWS adds the permission that it needs to the bucket's policy, if your credentials may change that.",
  }),
  logGroup: text({
    what: "a log group's name",
    // "CreateLogGroup", Amazon CloudWatch Logs API Reference.
    pattern: /^[\w./#-]+$/,
    allowed: "letters, digits and ._/#-",
    longest: 512,
    example: "/vpc/shop",
  })
    .optional()
    .meta({
      description:
        "A log group of CloudWatch Logs. AWS creates one that does not exist. Give it together with `role`.",
    }),
  role: text({
    what: "a role's ARN",
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    allowed: "the ARN of a role: arn:aws:iam::, an account and :role/ with its name",
    longest: 2048,
    example: "arn:aws:iam::111111111111:role/flow-logs",
  })
    .optional()
    .meta({
      description:
        "The role that writes to the log group. The service vpc-flow-logs.amazonaws.com must be allowed to assume it.",
    }),
});

export const networkSchema = z
  .strictObject({
    vpc: text({
      what: "a VPC",
      pattern: /^(default|own|vpc-([0-9a-f]{8}|[0-9a-f]{17}))$/,
      allowed: "own, default, or vpc- followed by 8 or 17 hexadecimal digits (0-9, a-f)",
      example: "vpc-0123456789abcdef0",
    })
      .prefault("default")
      .meta({
        description:
          "The VPC for all resources: the region's default VPC, a VPC by its id, or `own`. With `own`, the stack has a network of its own: the VPC, a public and a private subnet in each zone, an internet gateway, and what the fields below say. A stack with servers cannot move to another VPC. With `subnets`, it is the VPC of the subnets.",
        examples: ["own", "vpc-0123456789abcdef0"],
      }),
    cidr: ownRange()
      .optional()
      .meta({
        description:
          "The IPv4 addresses of an own network: a block of /16 to /22. It cannot be changed while the stack has servers, and networks that are connected to it must have other addresses. Default: `10.20.0.0/16` for a new network, or the block that the network has. An own network has no IPv6 addresses.",
        examples: ["10.20.0.0/16"],
      }),
    zones: z
      .union([z.int().min(1).max(6), z.array(zone).min(1).max(6)], {
        error: "expected a number of availability zones, or a list of their names",
      })
      .optional()
      .meta({
        description:
          "The availability zones of the servers and the load balancer: how many, or a list of names. A number counts only the region's own zones; a local or Wavelength zone must be named, and an own network cannot have one. An existing stack keeps its subnets as long as their zones are still selected. An application load balancer needs at least two. Default: 2, or the zones of `subnets`.",
        examples: [2, ["ap-southeast-2a", "ap-southeast-2b"]],
      }),
    subnets: z
      .array(subnet)
      .min(1)
      .max(12)
      .optional()
      .meta({
        description:
          "The subnets of the servers, the load balancer and the builder, at most one per zone. Use this instead of `zones`. With `servers: private`, two per zone: the public ones (their routes lead to an internet gateway) are an internet-facing load balancer's, and the private ones are the servers'. The internet can reach a load balancer only in public subnets. An application load balancer needs at least two zones. Default for an existing stack: its current subnets. Default for a new stack in the default VPC: the default subnet of each zone. Default for a new stack in another VPC: the zone's only public subnet; if a zone has several, the only one that assigns public addresses. Without an internet-facing load balancer, routes to a NAT gateway are enough.",
        examples: [["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]],
      }),
    servers: z
      .enum(["public", "private"])
      .optional()
      .meta({
        description:
          "The subnets of the servers and the builder. `public`: those of the load balancer. `private`: subnets that the internet cannot reach, because their routes lead to no internet gateway; an internet-facing load balancer stays in public subnets of the same zones. Whatever the servers fetch then takes a NAT gateway or an endpoint. In a VPC by its id, the program finds both kinds by their routes. Default: `private` with `vpc: own`, otherwise `public`.",
        examples: ["private"],
      }),
    nat: z
      .enum(["regional", "per-zone", "single", "none"])
      .optional()
      .meta({
        description:
          "The way of private servers of an own network to the internet. `regional`: one NAT gateway, which AWS spreads over the zones. `per-zone`: one in each zone, with one address that stays the same. `single`: one for all zones, so a failure of its zone takes the way out of all. `none`: they reach only what `endpoints` has. NAT gateways cost money by the hour and by the GB. Default: `regional` if the servers are private, otherwise `none`.",
        examples: ["per-zone"],
      }),
    endpoints: z
      .array(z.enum(["s3", "ssm"]))
      .optional()
      .meta({
        description:
          "What an own network reaches without the internet. `s3`: S3 in the stack's region, where Amazon Linux 2023 has its packages, free of charge. `ssm`: what Session Manager and secrets of Parameter Store need; AWS charges its endpoints by the hour and zone. Default: `[s3]`.",
        examples: [["s3", "ssm"]],
      }),
    flowLogs: z
      .union([bucketName(), flowLogs], {
        error: "expected the name of a bucket, or bucket, or logGroup and role",
      })
      .optional()
      .meta({
        description:
          "Where AWS records the connections of an own network: an existing S3 bucket, or a log group of CloudWatch Logs with a role. Default: nowhere.",
        examples: [
          "my-bucket",
          { logGroup: "/vpc/shop", role: "arn:aws:iam::111111111111:role/flow-logs" },
        ],
      }),
  })
  .prefault({})
  .meta({
    description:
      "The VPC, the zones and the subnets of the stack. `vpc: own` makes a network of the stack's own. It has IPv4 addresses only; IPv6 is not offered.",
    examples: [
      { vpc: "default", zones: 2 },
      { vpc: "own", zones: 2, endpoints: ["s3", "ssm"] },
    ],
  });

export type NetworkFile = Written<typeof networkSchema>;
