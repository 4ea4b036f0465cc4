import { z } from "zod";
import { quote, shown } from "../finding.ts";
import { duration } from "./duration.ts";
import { instanceType } from "./instance-type.ts";
import { Mistake, scalar } from "./scalar.ts";
import { text } from "./text.ts";

const FAMILIES = ["amazon-linux-2023", "ubuntu-24.04", "debian-12"] as const;

const family = z.enum(FAMILIES);

const ownBase = z.strictObject({
  id: text({
    what: "an image's id",
    pattern: /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/,
    allowed: "ami- and 8 or 17 digits from 0-9 and a-f",
    example: "ami-0123456789abcdef0",
  }).meta({ description: "The id of an image in the region of the stack." }),
  family: family.meta({
    description: "Which family's commands the image understands.",
    examples: ["debian-12"],
  }),
});

/** Emptied or remade at every boot, so that nothing put there in an image would be seen. */
const PASSING = /^\/(proc|sys|dev|run|tmp|var\/run|var\/tmp)(\/|$)/;

const filePath = text({
  what: "an absolute path of a file",
  pattern: /^\/([^/\n]+\/)*[^/\n]+$/,
  allowed: "it begins with a slash, ends in a file's name, and has no empty part",
  longest: 4095,
  example: "/etc/motd",
  check: (path) => {
    if (/(^|\/)\.{1,2}(\/|$)/.test(path)) {
      return new Mistake("the path has . or .. in it", "write the path that is meant, from / on");
    }
    if (PASSING.test(path)) {
      return new Mistake(
        `${quote(path)} would not survive: its folder is made anew at boot, or belongs to the kernel`,
        "choose a path under /etc, /opt, /usr/local or /srv",
      );
    }
    return undefined;
  },
});

const mode = scalar(
  { type: "string", pattern: "^0?[0-7]{3}$", examples: ["0644"] },
  (value, written) => parseMode(value, written),
);

function parseMode(value: unknown, written: string): string | Mistake {
  if (typeof value === "number") {
    // YAML 1.2 writes octal numbers as 0o644, C and YAML 1.1 as 0644.
    const digits = /^0?o?0*([0-7]{3,4})$/.exec(written)?.[1];
    const mode = parseMode(digits ?? written, written);
    return mode instanceof Mistake
      ? mode
      : new Mistake(
          `YAML reads ${shown(written)} as a number, and a mode is text in quotes`,
          `write "${mode}"`,
        );
  }
  if (typeof value === "string" && /^0?[0-7]{3}$/.test(value)) return value.padStart(4, "0");
  if (typeof value === "string" && /^[1-7][0-7]{3}$/.test(value)) {
    return new Mistake(
      `${shown(written)} sets a set-user-id, set-group-id or sticky bit, which this file does not offer`,
      `write "0${value.slice(1)}"`,
    );
  }
  return new Mistake(
    `${typeof value === "string" ? quote(written) : quote(value, written)} is not a file's mode`,
    'three octal digits after a 0, in quotes: "0644", or "0600" for a secret, or "0755" for a program',
  );
}

function commands(what: string, example: string) {
  return z.array(text({ what, example }));
}

/** Debian's and Fedora's names of packages, with an optional =version. */
const packageName = text({
  what: "a package's name",
  pattern: /^[A-Za-z0-9][A-Za-z0-9+._-]*(=[A-Za-z0-9.+:~-]+)?$/,
  allowed: "letters, digits and +._- , and =version after it where one is pinned",
  longest: 128,
  example: "chrony",
});

/** As systemd.unit(5) has it, without the characters that only templates of its own need. */
const serviceName = text({
  what: "a service's name",
  pattern: /^[A-Za-z0-9][A-Za-z0-9:_.@-]*$/,
  allowed: "letters, digits and :_.@-",
  // UNIT_NAME_MAX of systemd is 255, with its suffix.
  longest: 247,
  example: "chronyd",
});

const file = z.strictObject({
  path: filePath.meta({ description: "Where the file goes, from `/` on." }),
  content: z.string().meta({
    description: "What is in it, to the letter.",
    examples: ["Managed by reconcile.\n"],
  }),
  mode: mode.prefault("0644").meta({ description: "Who may read, write and run it; in quotes." }),
});

const builder = z.strictObject({
  instanceType: instanceType()
    .prefault("t3.micro")
    .meta({ description: "The type of the instance that builds the image." }),
  // The shortest build there is takes some minutes; past six hours something hangs.
  timeout: duration({ least: 5 * 60, most: 6 * 3600 })
    .prefault("30m")
    .meta({ description: "When a build that has not finished counts as failed." }),
});

export const image = z
  .strictObject({
    base: z.union([family, ownBase]).meta({
      description:
        "What the image is built on: the newest of a vendor's family, or an image of your own by its id.",
      examples: ["amazon-linux-2023", { id: "ami-0123456789abcdef0", family: "debian-12" }],
    }),
    release: text({
      what: "a release",
      pattern: /^[A-Za-z0-9][A-Za-z0-9.-]*$/,
      allowed: "latest, or a release as its image's name has it",
      longest: 64,
      example: "2023.9.20251117",
    })
      .prefault("latest")
      .meta({
        description:
          "The release of the family: `latest`, so that a newer one is a difference that a plan shows, or one by its number.",
      }),
    updates: z
      .enum(["all", "security", "none"])
      .default("all")
      .meta({
        description: "Which updates of packages the build installs.",
        examples: ["security"],
      }),
    packages: z
      .array(packageName)
      .prefault([])
      .meta({ description: "Packages to install.", examples: [["chrony", "tree"]] }),
    services: z
      .array(serviceName)
      .prefault([])
      .meta({
        description:
          "Services that start at boot and must be running when the image is checked. One that is ordered after cloud-init cannot be among them, since the build runs inside it: enable it in `run`.",
        examples: [["chronyd"]],
      }),
    ipv6: z
      .enum(["disabled", "enabled"])
      .default("disabled")
      .meta({ description: "Whether the servers speak IPv6.", examples: ["enabled"] }),
    // fs.nr_open, the kernel's own ceiling, is 1,048,576 by default.
    openFiles: z
      .int()
      .min(1024)
      .max(1_048_576)
      .default(65535)
      .meta({
        description:
          "How many files a process may have open: soft and hard limit, for users, root and services alike.",
        examples: [65535],
      }),
    files: z
      .array(file)
      .prefault([])
      .meta({
        description:
          "Files to put into the image, owned by root. `reconcile image` and saved plans show what is in them: no place for secrets.",
        examples: [[{ path: "/etc/motd", content: "Welcome\n", mode: "0644" }]],
      }),
    run: commands("a command", "systemctl disable --now postfix")
      .prefault([])
      .meta({
        description:
          "Your own commands, run by root with bash after everything else. Any failure fails the build. Plans and the image's tags show them: no place for secrets.",
        examples: [["systemctl disable --now postfix"]],
      }),
    verify: commands("a command", "command -v mtr")
      .prefault([])
      .meta({
        description:
          "Your own checks of the finished image, beside the built-in ones. Each must succeed. Plans and the image's tags show them: no place for secrets.",
        examples: [["command -v mtr"]],
      }),
    builder: builder.prefault({}).meta({
      description: "The instance that builds the image.",
      examples: [{ instanceType: "t3.micro", timeout: "30m" }],
    }),
    keep: z
      .int()
      .min(0)
      .max(20)
      .optional()
      .meta({
        description:
          "How many earlier images stay for rollback. Left out: 1, or 0 where the image has a `name`, because AWS allows a name once.",
        examples: [1],
      }),
    // CreateImage: 3 to 128 characters of this set.
    name: text({
      what: "an image's name",
      pattern: /^[A-Za-z0-9()[\] ./\-'@_]{3,}$/,
      allowed: "3 to 128 letters, digits, spaces and ()[]./-'@_",
      longest: 128,
      example: "AfterPayAMI",
    })
      .optional()
      .meta({
        description:
          "The image's name in AWS. Left out: `<stack>-<hash>`, a new one for each content.",
      }),
  })
  .meta({
    description:
      "The machine image that every server starts from, hardened and checked when it is built.",
    examples: [{ base: "amazon-linux-2023" }],
  });
