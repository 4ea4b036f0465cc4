import { z } from "zod";
import { quote, shown } from "../finding.ts";
import type { Written } from "../section.ts";
import { ARCHITECTURES } from "../shared/architecture.ts";
import { duration } from "../shared/duration.ts";
import { instanceType } from "../shared/instance-type.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { diskSize } from "../shared/size.ts";
import { text } from "../shared/text.ts";
import { ansibleSchema } from "./ansible.ts";
import { kernelSettingName, kernelSettingValue } from "./kernel-setting.ts";
import { sourceSchema } from "./source.ts";

const FAMILIES = ["amazon-linux-2023", "ubuntu-24.04", "debian-12"] as const;

const family = z.enum(FAMILIES);

export type BaseFamily = z.output<typeof family>;

const imageId = text({
  what: "an image id",
  pattern: /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/,
  allowed: "ami- followed by 8 or 17 hexadecimal digits (0-9, a-f)",
  example: "ami-0123456789abcdef0",
});

const ownBase = z.strictObject({
  id: imageId.meta({ description: "The id of an image in the stack's region." }),
  family: family.meta({
    description: "The family that the image belongs to. The build uses this family's commands.",
    examples: ["debian-12"],
  }),
});

/** Emptied or recreated at every boot, which hides or deletes what the image has there. */
const PASSING = /^\/(proc|sys|dev|run|tmp|var\/run|var\/tmp)(\/|$)/;

const filePath = text({
  what: "an absolute file path",
  pattern: /^\/([^/\n]+\/)*[^/\n]+$/,
  allowed: "a path that starts with a slash, ends with a file name and has no empty part",
  longest: 4095,
  example: "/etc/motd",
  check: (path) => {
    if (/(^|\/)\.{1,2}(\/|$)/.test(path)) {
      return new Mistake("the path contains . or ..", "write the full path, starting with /");
    }
    if (PASSING.test(path)) {
      return new Mistake(
        `${quote(path)} would be lost: its folder is recreated at boot, or belongs to the kernel`,
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
          `YAML reads ${shown(written)} as a number, but a file mode is text in quotes`,
          `write "${mode}"`,
        );
  }
  if (typeof value === "string" && /^0?[0-7]{3}$/.test(value)) return value.padStart(4, "0");
  if (typeof value === "string" && /^[1-7][0-7]{3}$/.test(value)) {
    return new Mistake(
      `${shown(written)} sets a set-user-id, set-group-id or sticky bit, which a stack file does not support`,
      `write "0${value.slice(1)}"`,
    );
  }
  return new Mistake(
    `${typeof value === "string" ? quote(written) : quote(value, written)} is not a valid file mode`,
    'use three octal digits after a 0, in quotes: "0644", "0600" for a secret, or "0755" for a program',
  );
}

function commands(what: string, example: string) {
  return z.array(text({ what, example }));
}

/**
 * A package name as Debian and Fedora allow it, with an optional =version. apt-get removes a package whose name
 * has a - at its end, and would read one at the end of a version in the same way.
 */
const packageName = text({
  what: "a package name",
  pattern:
    /^[A-Za-z0-9]([A-Za-z0-9+._-]*[A-Za-z0-9+._])?(=[A-Za-z0-9]([A-Za-z0-9.+:~^_-]*[A-Za-z0-9])?)?$/,
  allowed: "letters, digits and +._- (add =version to install exactly one version)",
  longest: 128,
  example: "chrony",
  check: (name) => {
    const [packageName = "", signs, version = ""] = name
      .split(/(=+)(.*)/s)
      .map((part) => part.trim());
    if (signs === undefined) return undefined;
    if (version === "") {
      return new Mistake(
        `${quote(name)} has no version after the =`,
        `write the exact version, as in ${packageName}=1.2-3, or remove the = to install the newest one`,
      );
    }
    if (signs !== "=") {
      return new Mistake(
        `${quote(name)} has more than one = before the version`,
        `write ${packageName}=${version}`,
      );
    }
    if (/[*?]/.test(version)) {
      return new Mistake(
        `${quote(name)} has a pattern in place of a version`,
        `write one exact version, as in ${packageName}=1.2-3`,
      );
    }
    return undefined;
  },
});

/** As systemd.unit(5) defines it, without the characters that only its templates need. */
const serviceName = text({
  what: "a service name",
  pattern: /^[A-Za-z0-9][A-Za-z0-9:_.@-]*$/,
  allowed: "letters, digits and :_.@-",
  // UNIT_NAME_MAX of systemd is 255, with its suffix.
  longest: 247,
  example: "chronyd",
});

const file = z.strictObject({
  path: filePath.meta({ description: "The file's absolute path on the servers." }),
  content: z.string().meta({
    description: "The exact content of the file.",
    examples: ["Managed by reconcile.\n"],
  }),
  mode: mode
    .prefault("0644")
    .meta({ description: "Who may read, write and run the file, as an octal mode in quotes." }),
});

const allowedPath = text({
  what: "an absolute path",
  pattern: /^\/([^/\n]+\/)*[^/\n]+\/?$/,
  allowed: "a path that starts with a slash and has no empty part (a slash at its end: all below)",
  longest: 4095,
  example: "/opt/tool/",
  check: (path) =>
    /(^|\/)\.{1,2}(\/|$)/.test(path)
      ? new Mistake("the path contains . or ..", "write the full path, starting with /")
      : undefined,
});

function allowedPaths(description: string, example: string) {
  return z
    .array(allowedPath)
    .prefault([])
    .meta({ description, examples: [[example]] });
}

const allow = z.strictObject({
  changed: allowedPaths(
    "Files of packages that may be changed or missing, and files of no package that count for the whole system: cron jobs, rules of polkit and udev, settings of the dynamic linker. Files of `files`, other configuration in `/etc` and data in `/var` need no exception.",
    "/usr/lib/os-release",
  ),
  setuid: allowedPaths(
    "Programs that may have a set-user-id or set-group-id bit or capabilities, and files of the system that others than root may change. Those of the base image's packages and of `packages` need no exception.",
    "/usr/local/bin/tool",
  ),
  writable: allowedPaths(
    "Files that every user may change, folders without a sticky bit in which every user may replace files, and files that a service starts as root and that others may change.",
    "/srv/exchange",
  ),
});

const builder = z.strictObject({
  instanceType: instanceType()
    .optional()
    .meta({
      description:
        "The EC2 instance type that builds the image. Default: t3.micro, or t4g.micro for arm64.",
      examples: ["t3.micro"],
    }),
  // Even the shortest build takes some minutes; a build of more than six hours hangs.
  timeout: duration({ least: 5 * 60, most: 6 * 3600 })
    .prefault("30m")
    .meta({ description: "How long a build may take. After that, it counts as failed." }),
});

/** An id, an alias, or an ARN of one of them ("KeyId", AWS KMS API Reference). */
const kmsKey = text({
  what: "a KMS key",
  pattern:
    /^((arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/)?(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})|(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?alias\/[A-Za-z0-9/_-]+)$/,
  allowed: "the key's id, alias/ and its alias, or its ARN",
  longest: 2048,
  example: "alias/web",
});

const disk = z.strictObject({
  // EBS: gp2 has at most 16 TiB.
  size: diskSize({ least: 1, most: 16_384 })
    .optional()
    .meta({
      description:
        "The size, at least that of the base image's disk. Default: the size of the base image's disk.",
      examples: ["20GiB"],
    }),
  type: z
    .enum(["gp3", "gp2"])
    .default("gp3")
    .meta({ description: "The EBS volume type.", examples: ["gp3"] }),
  key: kmsKey.optional().meta({
    description:
      "The KMS key that encrypts the disks and the image: its id, alias or ARN. Its key policy, or a grant, must allow the use of the key to the role AWSServiceRoleForAutoScaling and to your credentials. A plan prints the command that creates the grant. Default: the account's default key for EBS.",
    examples: ["alias/web"],
  }),
});

export const imageSchema = z
  .strictObject({
    base: z.union([family, ownBase]).meta({
      description: "The base image: a vendor's image of a family, or your own image by its id.",
      examples: ["amazon-linux-2023", { id: "ami-0123456789abcdef0", family: "debian-12" }],
    }),
    release: text({
      what: "a release",
      pattern: /^[A-Za-z0-9][A-Za-z0-9.-]*$/,
      allowed: "latest, or the release number in the image's name",
      longest: 64,
      example: "2023.9.20251117",
    })
      .prefault("latest")
      .meta({
        description:
          "The family's release: `latest` or a release number. With `latest`, a plan shows a newer release as a difference.",
      }),
    architecture: z
      .enum(ARCHITECTURES)
      .optional()
      .meta({
        description:
          "The processor architecture: `x86_64` (Intel, AMD) or `arm64` (AWS Graviton). `scaling.instanceType` and `builder.instanceType` must have it too. Default: the architecture of `scaling.instanceType`, or of your own base image. A change creates a new image and replaces the servers.",
        examples: ["arm64"],
      }),
    updates: z
      .enum(["all", "security", "none"])
      .default("all")
      .meta({
        description:
          "Which package updates the build installs. The servers install no updates by themselves: updates come with a new image, which replaces them.",
        examples: ["security"],
      }),
    packages: z
      .array(packageName)
      .prefault([])
      .meta({
        description:
          "Packages to install. `name=version` installs exactly this version, also if it is older than the installed one; the build verifies it, and `updates` does not change it. Debian and Ubuntu want the whole version, such as `1.22.1-9+deb12u2`. Amazon Linux also accepts it without its release or epoch, such as `1.28.0`. If the version does not exist, the build fails and lists the versions that exist.",
        examples: [["chrony", "tree"]],
      }),
    sources: z
      .array(sourceSchema)
      .prefault([])
      .meta({
        description:
          "Your own package sources, and a proxy for the build. The build writes and uses them before its first package step. The distribution's own sources stay. Everybody who may read user data can read them, so a URL must not contain a password. A change creates a new image.",
        examples: [
          [
            { proxy: "http://10.0.0.5:3128" },
            {
              name: "tools",
              url: "https://packages.example.com/debian",
              suites: ["bookworm"],
              components: ["main"],
              key: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME…\n-----END PGP PUBLIC KEY BLOCK-----\n",
            },
          ],
        ],
      }),
    services: z
      .array(serviceName)
      .prefault([])
      .meta({
        description:
          "Services that start at boot and must be running when the image is checked. A service that starts after cloud-init cannot be listed here, because the build runs inside cloud-init. Enable such a service in `run`: it starts when the build restarts the system.",
        examples: [["chronyd"]],
      }),
    ipv6: z
      .enum(["disabled", "enabled"])
      .default("disabled")
      .meta({
        description:
          "Whether the servers use IPv6. Only in a VPC that has IPv6 addresses: an own network (`network.vpc: own`) has none.",
        examples: ["enabled"],
      }),
    hardening: z
      .enum(["strong", "basic"])
      .default("strong")
      .meta({
        description:
          "How far the image is hardened. Both refuse passwords, root logins and forwarding over SSH, and check accounts, sudo and PAM. `strong` adds what the CIS Benchmarks ask: strong SSH algorithms and limits, a login banner, a narrow umask, idle logins that end after 15 minutes, no `su` for anybody but root, a log of sudo; no rare kernel modules, more kernel settings and boot arguments, `/tmp` and `/dev/shm` from which no program can be started, cron for root alone, and AppArmor (Debian, Ubuntu). The journal is on the disk and is the only log: rsyslog gets nothing. specs/image.md lists everything. Programs that unpack parts of themselves into `/tmp` need another folder (Java: `-Djava.io.tmpdir=`).",
        examples: ["basic"],
      }),
    kernel: z
      .record(kernelSettingName, kernelSettingValue)
      .prefault({})
      .meta({
        description:
          "Kernel settings (sysctl) by name, in addition to those of the hardening or in their place. A plan names the settings of the hardening that are replaced. The build verifies your values, also after a restart.",
        examples: [{ "net.ipv4.ip_forward": 1, "net.core.somaxconn": 4096 }],
      }),
    audit: z
      .boolean()
      .default(false)
      .meta({
        description:
          "Whether auditd records changes of accounts, rights, logins, time and kernel modules, in `/var/log/audit`. Until the next boot, nobody can change its rules. specs/image.md lists them.",
        examples: [true],
      }),
    // fs.nr_open, the kernel's own ceiling, is 1,048,576 by default.
    openFiles: z
      .int()
      .min(1024)
      .max(1_048_576)
      .default(65535)
      .meta({
        description:
          "How many files a process may have open. This is the soft and the hard limit, for users, root and services alike.",
        examples: [65535],
      }),
    files: z
      .array(file)
      .prefault([])
      .meta({
        description:
          "Files to add to the image, owned by root. `reconcile image` and saved plans show their content, so do not put secrets in them.",
        examples: [[{ path: "/etc/motd", content: "Welcome\n", mode: "0644" }]],
      }),
    ansible: ansibleSchema.optional().meta({
      description:
        "An Ansible playbook that configures the image. The build runs it on the builder itself, as root, after `packages` and `files` and before the application is installed. Run a second time it must change nothing, which the build verifies. Nothing of Ansible and of the playbook's folder stays in the image. A change of a file in the folder creates a new image. See [image.md](image.md#ansible).",
      examples: [{ playbook: "./ansible/site.yml", version: "2.18.1" }],
    }),
    allow: allow.prefault({}).meta({
      description:
        "Exceptions to the checks that no file of a package was changed, that no program has more rights than its package gives it, and that no user can change the files of others. Each is an absolute path; a slash at its end means everything below. A change creates a new image.",
      examples: [{ setuid: ["/usr/local/bin/tool"], writable: ["/srv/exchange/"] }],
    }),
    run: commands("a command", "systemctl disable --now postfix")
      .prefault([])
      .meta({
        description:
          "Your own commands. Root runs them with bash, after everything else. If a command fails, the build fails. Plans and the image's tags show the commands, so do not put secrets in them.",
        examples: [["systemctl disable --now postfix"]],
      }),
    verify: commands("a command", "command -v mtr")
      .prefault([])
      .meta({
        description:
          "Your own checks of the finished image, in addition to the built-in checks. Each must succeed, and again after the build has restarted the system. Plans and the image's tags show the checks, so do not put secrets in them.",
        examples: [["command -v mtr"]],
      }),
    builder: builder.prefault({}).meta({
      description: "The instance that builds the image.",
      examples: [{ instanceType: "t3.micro", timeout: "30m" }],
    }),
    disk: disk.prefault({}).meta({
      description:
        "The servers' disk. It is always encrypted. A change creates a new image and replaces the servers.",
      examples: [{ size: "20GiB", type: "gp3", key: "alias/web" }],
    }),
    keep: z
      .int()
      .min(0)
      .max(20)
      .optional()
      .meta({
        description:
          "How many earlier images to keep for rollback. Default: 1, or 0 if the image has a `name`, because AWS allows only one image of each name.",
        examples: [1],
      }),
    use: imageId.optional().meta({
      description:
        "The servers run on this earlier image of the stack. Nothing is built, and no image is deleted. `reconcile status` lists the images. Remove the field to run on the image that the file describes.",
      examples: ["ami-0123456789abcdef0"],
    }),
    // CreateImage: 3 to 128 characters of this set.
    name: text({
      what: "an image name",
      pattern: /^[A-Za-z0-9()[\] ./\-'@_]{3,}$/,
      allowed: "3 to 128 letters, digits, spaces and ()[]./-'@_",
      longest: 128,
      example: "AfterPayAMI",
    })
      .optional()
      .meta({
        description:
          "The image's name in AWS. Default: `<stack>-<hash>`, which changes with the image's content.",
      }),
  })
  .meta({
    description:
      "The machine image that every server starts from. The build hardens and checks it.",
    examples: [{ base: "amazon-linux-2023" }],
  });

export type ImageFile = Written<typeof imageSchema>;
