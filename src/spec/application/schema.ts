import { z } from "zod";
import type { Written } from "../section.ts";
import { port } from "../shared/port.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";
import { environmentSchema } from "./environment.ts";
import { pathInSource } from "./path-in-source.ts";
import { secretsSchema } from "./secrets.ts";

/** As good as root: users that can become root without a password on the families' images. */
const POWERFUL = new Map([
  ["root", "the application never runs as root"],
  ["ec2-user", "ec2-user can become root on Amazon Linux"],
  ["ubuntu", "ubuntu can become root on Ubuntu"],
  ["admin", "admin can become root on Debian"],
]);

/**
 * Accounts and groups that the families' images have, or get from the packages that a build installs. The
 * application would share their files, or useradd(8) could not create a group of that name.
 */
const TAKEN = new Set(
  [
    "_apt _chrony _ssh adm audio backup bin cdrom chrony crontab daemon dbus dialout dip disk docker ec2-instance-connect",
    "fax floppy ftp fwupd-refresh games gnats halt input irc kmem kvm landscape libstoragemgmt list lock lp lxd mail",
    "man messagebus netdev news nobody nogroup operator plugdev pollinate polkitd proxy rdma render rpc rpcuser rtkit",
    "sasl sgx shadow shutdown src sshd ssh_keys staff stapdev stapsys stapusr sudo sugroup sync sys syslog systemd-coredump",
    "systemd-journal systemd-journal-remote systemd-network systemd-oom systemd-resolve systemd-timesync tape tcpdump tss",
    "tty users utempter utmp uucp uuidd video voice wheel www-data",
  ]
    .join(" ")
    .split(" "),
);

const user = text({
  what: "a user name",
  // useradd(8), NAME_REGEX of Debian and Amazon Linux.
  pattern: /^[a-z_][a-z0-9_-]*$/,
  allowed: "lowercase letters, digits, _ and -, starting with a letter or _",
  longest: 32,
  example: "afterpay",
  check: (name) => {
    const reason =
      POWERFUL.get(name) ??
      (TAKEN.has(name) ? `${name} is an account or group of the base system` : undefined);
    return reason === undefined
      ? undefined
      : new Mistake(reason, "choose a separate user name; that user can also bind low ports");
  },
});

const source = z.strictObject({
  file: text({ what: "a path", example: "./tiny_app.py" }).optional().meta({
    description:
      "A file in the stack file's folder or below, at most 250 MiB. Give this, or `directory`, or `url` and `sha256`.",
  }),
  directory: text({ what: "a path", example: "./shop" }).optional().meta({
    description:
      "A directory: the stack file's folder, or one below it. All its files become part of the image, at most 50,000 files with 250 MiB in total, except those that its `.gitignore` and `.reconcileignore` files exclude. The stack file itself and `.git` are never part of it. See [image.md](image.md#the-applications-directory).",
  }),
  url: text({
    what: "an https URL",
    pattern: /^https:\/\/[^\s/]+\/\S+$/,
    example: "https://example.com/tiny_app.py",
    check: (url) => {
      if (/^https:\/\/[^/]*@/.test(url)) {
        // Not repeated to the person: it holds a password.
        return new Mistake(
          "the URL contains a user name or password, which would end up in the image",
          "use a URL that needs no user name or password",
        );
      }
      return /^http:\/\//i.test(url)
        ? new Mistake("the source would be downloaded over plain http", "use an https URL")
        : undefined;
    },
  })
    .optional()
    .meta({ description: "The URL from which the build downloads the file." }),
  sha256: text({
    what: "a SHA-256 sum",
    pattern: /^[0-9a-fA-F]{64}$/,
    allowed: "the 64 hexadecimal digits that sha256sum prints",
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  })
    .optional()
    .meta({ description: "The SHA-256 sum that the downloaded file must have." }),
});

/** A requirement specifier as PEP 508 defines it, without URLs and without options. */
const requirement = text({
  what: "a Python package",
  pattern:
    /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(\[[A-Za-z0-9._,-]+\])?( ?(===|==|~=|!=|<=|>=|<|>) ?[A-Za-z0-9.*+!_-]+)?(, ?(===|==|~=|!=|<=|>=|<|>) ?[A-Za-z0-9.*+!_-]+)*$/,
  allowed: "a package name from the Python Package Index (add ==version to pin a version)",
  longest: 200,
  example: "flask==3.1.2",
});

const command = text({
  what: "a command",
  pattern: /^[^\r\n]+$/,
  allowed: "a single line",
  longest: 2000,
  example: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
});

/** A list of requirements, or a version of Python with a file of requirements, or one of them. */
const python = z.union(
  [
    z.array(requirement),
    z.strictObject({
      version: text({
        what: "a version of Python",
        pattern: /^3\.\d{1,2}$/,
        allowed: "3, a point and the second number, in quotes",
        example: "3.12",
      })
        .optional()
        .meta({
          description:
            "The version of Python in the virtual environment, one that the base image's distribution offers: `3.9`, `3.11`, `3.12`, `3.13` or `3.14` on Amazon Linux 2023, `3.11` on Debian 12, `3.12` on Ubuntu 24.04. Default: the distribution's own (`3.9`, `3.11` and `3.12`).",
        }),
      requirements: pathInSource("requirements.txt").optional().meta({
        description:
          "A file of requirements in the source's folder, as pip reads it. Files that it names (`-r`, `-c`) are read, too. Versions that the file leaves open are kept as those of a list. If omitted, the environment has Python and pip alone.",
      }),
    }),
  ],
  { error: "expected a list of Python packages, or version and requirements" },
);

const buildCommand = text({ what: "a command", example: "npm ci --omit=dev" });

const duringBuild = z.strictObject({
  environment: environmentSchema("DATABASE_URL", "sqlite://").prefault({}).meta({
    description:
      "Environment variables in addition to `environment`, or in their place, while the image is built and verified. Nothing of them stays in the image. Use them where the application needs a value to start, and the builder must not have the real one.",
  }),
  answers: z
    .boolean()
    .default(true)
    .meta({
      description:
        "Whether the application can run on the builder. With `false`, the build does not verify that the application runs, answers, restarts and is confined: servers that fail show it only when they start. Use it for an application that needs something that the builder cannot have, such as a database of the servers' network.",
      examples: [false],
    }),
});

export const applicationSchema = z
  .strictObject({
    source: source.meta({
      description:
        "The application's code: a file or a directory next to the stack file, or a URL with its SHA-256 sum.",
      examples: [{ file: "./tiny_app.py" }, { directory: "./shop" }],
    }),
    build: z
      .array(buildCommand)
      .prefault([])
      .meta({
        description:
          "Commands that prepare the application, in order, each in bash with `-euo pipefail`. They run in the source's folder as the application's user, with the network, with `environment` and `duringBuild.environment`, and with the programs of the virtual environment. The folder is that user's during these commands alone. Their `HOME` is a folder that is deleted afterwards. A command that fails ends the build.",
        examples: [["npm ci --omit=dev", "npm run build"]],
      }),
    python: python.prefault([]).meta({
      description:
        "Python packages to install in the application's own virtual environment, as pip writes them. `flask==3.1.2` installs exactly this version. Without `==`, pip chooses the version when it first builds the image, and later images keep it until this list changes. The same holds for packages that only other packages need. Instead of a list: `version` and `requirements`.",
      examples: [["flask", "gunicorn"], { version: "3.12", requirements: "requirements.txt" }],
    }),
    command: command.meta({
      description:
        "The command that starts the application. It finds the programs of the virtual environment by name.",
    }),
    environment: environmentSchema("LOG_LEVEL", "info").prefault({}).meta({
      description:
        "Environment variables of the application. Each value reaches the application as it is written here: nothing in it is expanded. Plans show the values, and everybody who may read the image can read them, so do not put secrets in them. The build sets `PATH`, `HOME` (`/var/lib/application`, which the application can write) and `PORT` (the application's port) itself.",
    }),
    secrets: secretsSchema.prefault({}).meta({
      description:
        "Environment variables whose values AWS keeps: `ssm:` and the name of a parameter in Parameter Store, or `secretsmanager:` and the name of a secret in Secrets Manager, with `#` and a key if the secret is a JSON object. Each server reads them with its role whenever the application starts, and keeps them in memory only. The role gets exactly these reads. If one cannot be read, the application does not start, and the journal says which and why. The builder cannot read them: give it other values in `duringBuild.environment`.",
    }),
    duringBuild: duringBuild.prefault({}).meta({
      description: "What is different while the image is built and verified.",
      examples: [{ environment: { DATABASE_URL: "sqlite://" } }],
    }),
    writable: z
      .array(pathInSource("uploads"))
      .prefault([])
      .meta({
        description:
          "Folders below the source's that the application can write. The build creates those that do not exist. What the application writes there, or to `/var/lib/application`, is lost with the server. It cannot write anywhere else but to `/tmp` and `/var/tmp`.",
        examples: [["uploads"]],
      }),
    user: user.prefault("application").meta({
      description:
        "The user that the application runs as. The build creates this user for the application alone, so it has a name that no account or group of the base system has. It is never root, but it can bind low ports.",
    }),
    port: port().prefault(80).meta({ description: "The port that the application listens on." }),
  })
  .meta({
    description:
      "The application that the servers run. It is part of the image. If omitted, the image runs only its services.",
    examples: [
      {
        source: { file: "./tiny_app.py" },
        python: ["flask", "gunicorn"],
        command: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
      },
    ],
  })
  .optional();

export type ApplicationFile = Written<typeof applicationSchema>;
