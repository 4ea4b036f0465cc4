import { z } from "zod";
import { application } from "./application/schema.ts";
import { image } from "./image/schema.ts";
import { loadBalancer } from "./load-balancer/schema.ts";
import { scaling } from "./scaling/schema.ts";
import { securityGroups } from "./security-groups/schema.ts";
import { Mistake } from "./shared/scalar.ts";
import { parseText, text } from "./shared/text.ts";

/**
 * Tags that the program reserves for itself, out of the 50 that AWS allows on a resource. An image
 * needs the most, because its tags describe what it was built from.
 */
const OWN_TAGS = 25;
export const MOST_TAGS = 50 - OWN_TAGS;

/** The characters that every AWS service accepts in tags. */
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_ALLOWED = "letters, digits, spaces and _.:/=+-@";

const tagValue = text({
  what: "a tag value",
  pattern: TAG_CHARACTERS,
  allowed: TAG_ALLOWED,
  longest: 256,
  example: "payments",
  mayBeEmpty: true,
});

const tagKey = z.string().check((context) => {
  const parsed = parseText(context.value, {
    what: "a tag key",
    pattern: TAG_CHARACTERS,
    allowed: TAG_ALLOWED,
    longest: 128,
    example: "team",
    check: (key) => {
      const owner = /^(aws|reconcile):/i.exec(key)?.[1]?.toLowerCase();
      if (owner === undefined) return undefined;
      return new Mistake(
        `tag keys that start with ${owner}: are reserved for ${owner === "aws" ? "AWS" : "this program"}`,
        "use another key, or remove the tag",
      );
    },
  });
  if (!(parsed instanceof Mistake)) return;
  context.issues.push({
    code: "custom",
    message: parsed.message,
    params: { help: parsed.help },
    input: context.value,
  });
});

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

const network = z.strictObject({
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
        "The availability zones of the servers and the load balancer: how many, or a list of names. A number counts only the region's own zones; a local or Wavelength zone must be named. An existing stack keeps its subnets as long as their zones are still selected. Default: 2, or the zones of `subnets`.",
      examples: [2, ["ap-southeast-2a", "ap-southeast-2b"]],
    }),
  subnets: z
    .array(subnet)
    .min(1)
    .max(6)
    .optional()
    .meta({
      description:
        "The subnets of the servers, the load balancer and the builder, at most one per zone. Use this instead of `zones`. The internet can reach a load balancer only in public subnets. Default for an existing stack: its current subnets. Default for a new stack in the default VPC: the default subnet of each zone. Default for a new stack in another VPC: the zone's only public subnet (its routes lead to an internet gateway); if a zone has several, the only one that assigns public addresses. Without `loadBalancer`, routes to a NAT gateway are enough.",
      examples: [["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]],
    }),
});

const keyPath = (example: string) =>
  text({
    what: "a path",
    pattern: /^[^\r\n]+$/,
    example,
    check: (path) =>
      /^-----BEGIN|^(ssh|ecdsa|sk)-\S+ /.test(path)
        ? // Not repeated to the person: it may be a private key.
          new Mistake("this is a key, not a path", `write the path of the key's file: ${example}`)
        : undefined,
  });

const keyPair = z
  .strictObject({
    generate: keyPath("./afterpay.pem").optional().meta({
      description:
        "Create a key and write its private half to this file. Only the file's owner can read it. The file must be in the stack file's folder or below. An existing file is used as the key: it may hold an Ed25519 or RSA key in OpenSSH format, or in PEM (PKCS #1, PKCS #8) without a passphrase. Make sure that only you can read it (`chmod 600`). If the file is missing and the stack already has a key pair, the key pair is unchanged: its file may be on another machine. Give either this or `publicKey`.",
    }),
    publicKey: keyPath("~/.ssh/id_ed25519.pub").optional().meta({
      description:
        "Import this public key: a file in OpenSSH format. The path is relative to the stack file and may lead to any folder.",
    }),
    // ImportKeyPair: up to 255 ASCII characters.
    name: text({
      what: "a key pair name",
      pattern: /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
      allowed: "ASCII characters, with no space at the start or end",
      longest: 255,
      example: "AfterPaySSHKey",
    })
      .optional()
      .meta({
        description:
          "The key pair's name in AWS. Default: the stack's name, with a suffix if needed.",
      }),
  })
  .meta({
    description: "The SSH key for logging in to the servers. If omitted, nobody can log in.",
    examples: [{ generate: "./afterpay.pem" }],
  });

/** The whole file. Rules that look at more than one field are in `rules`. */
export const stackFile = z
  .strictObject({
    version: z.literal(1).meta({
      description: "The version of this format.",
      examples: [1],
    }),
    stack: text({
      what: "a stack name",
      pattern: /^[a-z][a-z0-9-]*$/,
      allowed: "lowercase letters, digits and hyphens, starting with a letter",
      // Leaves room in the 32 characters of a load balancer's name for what makes it unique.
      longest: 20,
      example: "afterpay",
    }).meta({
      description:
        "The stack's name. It identifies the stack's resources in AWS: another name means another stack.",
    }),
    region: text({
      what: "a region",
      pattern: /^[a-z]{2,}(-[a-z]+)+-\d+$/,
      allowed: "the name that AWS uses, in lowercase",
      longest: 40,
      example: "ap-southeast-2",
      check: (name) =>
        /^[a-z]{2,}(-[a-z]+)+-\d+[a-z]$/.test(name)
          ? new Mistake(
              `${name} is an availability zone, not a region`,
              `write ${name.slice(0, -1)} here, and put the zone in network.zones`,
            )
          : undefined,
    })
      .optional()
      .meta({
        description:
          "The AWS region. Default: the region of the AWS environment (`--region`, `AWS_REGION`, the profile).",
      }),
    tags: z
      .record(tagKey, tagValue)
      .prefault({})
      .meta({
        description: `Tags for every resource, the servers, the builder and the image's snapshots, at most ${MOST_TAGS}. The servers' volumes and network interfaces do not get them, because every new tag would then replace the servers. The prefixes \`aws:\` and \`reconcile:\` are reserved.`,
        examples: [{ team: "payments" }],
      }),
    network: network.prefault({}).meta({
      description: "The VPC, the zones and the subnets of the stack.",
      examples: [{ vpc: "default", zones: 2 }],
    }),
    keyPair: keyPair.optional(),
    securityGroups,
    image,
    application: application.optional(),
    loadBalancer: loadBalancer.optional(),
    scaling,
  })
  .meta({
    title: "Stack file",
    description: "The desired state of one self-healing web tier on AWS.",
  });

/** A file that passed the schema: defaults filled in, shorthands not expanded yet. */
export type StackFile = z.output<typeof stackFile>;
