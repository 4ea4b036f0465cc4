import { z } from "zod";
import { application } from "./application.ts";
import { image } from "./image.ts";
import { loadBalancer } from "./load-balancer.ts";
import { Mistake } from "./scalar.ts";
import { scaling } from "./scaling.ts";
import { securityGroups } from "./security-groups.ts";
import { parseText, text } from "./text.ts";

/**
 * Tags that the program may need for itself, out of the 50 that AWS allows on a resource: an image
 * has most, since it tells what it was made of.
 */
const OWN_TAGS = 25;
export const MOST_TAGS = 50 - OWN_TAGS;

/** The characters that every service of AWS takes in tags. */
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_ALLOWED = "letters, digits, spaces and _.:/=+-@";

const tagValue = text({
  what: "a tag's value",
  pattern: TAG_CHARACTERS,
  allowed: TAG_ALLOWED,
  longest: 256,
  example: "payments",
  mayBeEmpty: true,
});

const tagKey = z.string().check((context) => {
  const parsed = parseText(context.value, {
    what: "a tag's key",
    pattern: TAG_CHARACTERS,
    allowed: TAG_ALLOWED,
    longest: 128,
    example: "team",
    check: (key) => {
      const owner = /^(aws|reconcile):/i.exec(key)?.[1]?.toLowerCase();
      if (owner === undefined) return undefined;
      return new Mistake(
        `tags that begin with ${owner}: are ${owner === "aws" ? "AWS's" : "this program's"} own`,
        `choose another key, or leave the tag out`,
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
  // Local zones (us-west-2-lax-1a) and Wavelength zones (us-east-1-wl1-bos-wlz-1) have a place too.
  pattern: /^[a-z]{2}(-[a-z]+)+-\d+((-[a-z]{3}-\d+)?[a-z]|-wl\d+-[a-z]{3}-wlz-\d+)$/,
  allowed: "a region and a letter",
  longest: 40,
  example: "ap-southeast-2a",
});

const subnet = text({
  what: "a subnet",
  pattern: /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/,
  allowed: "subnet- and 8 or 17 digits from 0-9 and a-f",
  example: "subnet-0123456789abcdef0",
});

const network = z.strictObject({
  vpc: text({
    what: "a VPC",
    pattern: /^(default|vpc-([0-9a-f]{8}|[0-9a-f]{17}))$/,
    allowed: "default, or vpc- and 8 or 17 digits from 0-9 and a-f",
    example: "vpc-0123456789abcdef0",
  })
    .prefault("default")
    .meta({
      description:
        "The VPC that everything is in: the region's default one, or one by its id. A stack stays in it. With `subnets` it is theirs.",
    }),
  zones: z
    .union([z.int().min(1).max(6), z.array(zone).min(1).max(6)], {
      error: "expected a number of availability zones, or a list of their names",
    })
    .optional()
    .meta({
      description:
        "How many availability zones servers and load balancer are spread over, or a list of them. A number counts the region's own zones; a local or Wavelength zone is used where it is named. A stack that exists stays in its subnets as long as they are in zones that are wanted. Left out: 2, or those of `subnets`.",
      examples: [2, ["ap-southeast-2a", "ap-southeast-2b"]],
    }),
  subnets: z
    .array(subnet)
    .min(1)
    .max(6)
    .optional()
    .meta({
      description:
        "The subnets that servers, load balancer and builder are in, at most one a zone; instead of `zones`. A load balancer is reached from the internet only in public ones. Left out: those that the stack is in. For a new one, in the default VPC the default subnet of each zone, in another the zone's only public subnet (its routes lead to an internet gateway), or the only one of several that gives public addresses; without `loadBalancer` a NAT gateway will do.",
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
          new Mistake("this is a key itself", `write the path of the file it is in: ${example}`)
        : undefined,
  });

const keyPair = z
  .strictObject({
    generate: keyPath("./afterpay.pem").optional().meta({
      description:
        "Make a key here and write its private half to this file, readable to its owner alone. It is in the stack file's folder or below. A file that is there may hold an Ed25519 or RSA key in OpenSSH's form, or in PEM (PKCS #1, PKCS #8) without a passphrase; it should be readable to you alone (`chmod 600`). Where the file is missing, a key pair that the stack already has is kept: its file may be on another machine. Give this or `publicKey`.",
    }),
    publicKey: keyPath("~/.ssh/id_ed25519.pub").optional().meta({
      description:
        "Import this public key: a file in OpenSSH's form, relative to the stack file. It may be anywhere.",
    }),
    // ImportKeyPair: up to 255 ASCII characters.
    name: text({
      what: "a key pair's name",
      pattern: /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
      allowed: "ASCII characters, no space first or last",
      longest: 255,
      example: "AfterPaySSHKey",
    })
      .optional()
      .meta({ description: "The key pair's name in AWS." }),
  })
  .meta({
    description: "The key that lets you log in to the servers. Left out: nobody logs in.",
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
      what: "a stack's name",
      pattern: /^[a-z][a-z0-9-]*$/,
      allowed: "lower-case letters, digits and hyphens, beginning with a letter",
      // Leaves room in the 32 characters of a load balancer's name for what makes it unique.
      longest: 20,
      example: "afterpay",
    }).meta({
      description:
        "The stack's name. Everything in AWS is found again by it: under another name it is another stack.",
    }),
    region: text({
      what: "a region",
      pattern: /^[a-z]{2}(-[a-z]+)+-\d+$/,
      allowed: "as AWS writes it, in lower case",
      longest: 40,
      example: "ap-southeast-2",
      check: (name) =>
        /^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/.test(name)
          ? new Mistake(
              `${name} is an availability zone, not a region`,
              `write ${name.slice(0, -1)} here, and the zone in network.zones`,
            )
          : undefined,
    })
      .optional()
      .meta({
        description:
          "The region. Left out: that of the AWS environment (`--region`, `AWS_REGION`, the profile).",
      }),
    tags: z
      .record(tagKey, tagValue)
      .prefault({})
      .meta({
        description: `Tags for every resource, for the servers, the builder, and the image's snapshots, at most ${MOST_TAGS}; the servers' volumes and network interfaces do not take them, since every new tag would make new servers. \`aws:\` and \`reconcile:\` are reserved.`,
        examples: [{ team: "payments" }],
      }),
    network: network
      .prefault({})
      .meta({ description: "Where everything is.", examples: [{ vpc: "default", zones: 2 }] }),
    keyPair: keyPair.optional(),
    securityGroups,
    image,
    application: application.optional(),
    loadBalancer: loadBalancer.optional(),
    scaling,
  })
  .meta({
    title: "Stack file",
    description: "One self-healing web tier on AWS, as it should be.",
  });

/** A file that passed the schema: defaults filled in, shorthands not written out yet. */
export type StackFile = z.output<typeof stackFile>;
