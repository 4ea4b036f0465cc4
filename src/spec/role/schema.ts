import { z } from "zod";
import type { Written } from "../section.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";

const action = text({
  what: "an action",
  // "IAM JSON policy elements: Action": case means nothing in it.
  pattern: /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/,
  allowed: "a service and an action, with * and ? as wildcards in the action",
  longest: 128,
  example: "s3:GetObject",
});

const resource = text({
  what: "a resource",
  pattern: /^(\*|arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:[^\s]+)$/,
  allowed: "an ARN, with * and ? as wildcards, or * alone",
  longest: 2048, // "ARN" in the data types of the IAM API Reference
  example: "arn:aws:s3:::assets/*",
  check: (written) => {
    const bucket = /^s3:\/\/([^/]+)/.exec(written)?.[1];
    return bucket === undefined
      ? undefined
      : new Mistake(
          "this is an address, not an ARN",
          `write arn:aws:s3:::${bucket}/* for its objects, or arn:aws:s3:::${bucket} for the bucket itself`,
        );
  },
});

const policyArn = (what: string, example: string) =>
  text({
    what,
    pattern: /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/,
    allowed: "the ARN of a policy: arn:aws:iam::, an account or aws, and :policy/ with its name",
    longest: 2048,
    example,
  });

export const roleSchema = z
  .strictObject({
    allow: z
      .array(
        z.strictObject({
          actions: z
            .array(action)
            .min(1)
            .meta({
              description:
                "The actions, as IAM writes them: a service, a colon and an action. `*` and `?` are wildcards.",
              examples: [["s3:GetObject"]],
            }),
          on: z
            .array(resource)
            .min(1)
            .meta({
              description:
                "The ARNs of the resources. `*` alone stands for every resource, which some actions need.",
              examples: [["arn:aws:s3:::assets/*"]],
            }),
        }),
      )
      .prefault([])
      .meta({
        description:
          "What the servers may do, beside what other sections need. An action `*` on the resource `*` is an error.",
        examples: [[{ actions: ["s3:GetObject"], on: ["arn:aws:s3:::assets/*"] }]],
      }),
    policies: z
      .array(policyArn("a policy", "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"))
      // "IAM and AWS STS quotas". AWS raises it on request, for one account.
      .max(10)
      .prefault([])
      .meta({
        description: "Managed policies that the role gets, by their ARNs.",
        examples: [["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"]],
      }),
    boundary: policyArn("a policy", "arn:aws:iam::111111111111:policy/developers").optional().meta({
      description:
        "The permissions boundary: a managed policy that limits what the role may do, whatever else allows it. An IAM policy can demand one for every new role (condition key `iam:PermissionsBoundary`).",
    }),
    use: text({
      what: "a role name",
      pattern: /^[\w+=,.@-]+$/,
      allowed: "letters, digits and +=,.@_-",
      longest: 64, // "CreateRole", IAM API Reference
      example: "shop-servers",
      check: (name) => {
        const path = /^arn:[^:]*:iam::\d*:(?:role|instance-profile)\/(?:.*\/)?([^/]+)$/.exec(
          name,
        )?.[1];
        return path === undefined
          ? undefined
          : new Mistake("this is an ARN, not the name of a role", `write ${path}`);
      },
    })
      .optional()
      .meta({
        description:
          "The name of an existing role, instead of one of the stack's own. The stack uses its instance profile (the one of the role's name, or the only one), and never changes the role. Whoever runs `apply` needs `iam:PassRole` on it.",
      }),
  })
  .meta({
    description:
      "What the servers may do in AWS: the role of their instance profile. The stack creates it only when something needs it. If the section is omitted, and nothing else needs a role, the servers have none.",
    examples: [{ allow: [{ actions: ["s3:GetObject"], on: ["arn:aws:s3:::assets/*"] }] }],
  })
  .optional();

export type RoleFile = Written<typeof roleSchema>;
