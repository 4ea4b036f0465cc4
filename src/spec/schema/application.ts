import { z } from "zod";
import { port } from "./port.ts";
import { Mistake } from "./scalar.ts";
import { text } from "./text.ts";

/** Root by another name: the users that the families' images let become root without a password. */
const POWERFUL = new Map([
  ["root", "the application never runs as root"],
  ["ec2-user", "ec2-user may become root on Amazon Linux"],
  ["ubuntu", "ubuntu may become root on Ubuntu"],
  ["admin", "admin may become root on Debian"],
]);

const user = text({
  what: "a user's name",
  // useradd(8), NAME_REGEX of Debian and Amazon Linux.
  pattern: /^[a-z_][a-z0-9_-]*$/,
  allowed: "lower-case letters, digits, _ and -, beginning with a letter or _",
  longest: 32,
  example: "afterpay",
  check: (name) => {
    const reason = POWERFUL.get(name);
    return reason === undefined
      ? undefined
      : new Mistake(reason, "choose a name of its own; it may bind low ports all the same");
  },
});

const source = z.strictObject({
  file: text({ what: "a path", example: "./tiny_app.py" }).optional().meta({
    description:
      "A file in the stack file's folder or below, at most 1 MiB. Give this, or `url` and `sha256`.",
  }),
  url: text({
    what: "an https address",
    pattern: /^https:\/\/[^\s/]+\/\S+$/,
    example: "https://example.com/tiny_app.py",
    check: (url) => {
      if (/^https:\/\/[^/]*@/.test(url)) {
        // Not repeated to the person: it holds a password.
        return new Mistake(
          "the address contains a user's name or password, which would end up in the image",
          "use an address that needs none",
        );
      }
      return /^http:\/\//i.test(url)
        ? new Mistake("the source would come over plain http", "use an https address")
        : undefined;
    },
  })
    .optional()
    .meta({ description: "Where to fetch the file from when the image is built." }),
  sha256: text({
    what: "a SHA-256 sum",
    pattern: /^[0-9a-fA-F]{64}$/,
    allowed: "64 digits from 0-9 and a-f, as sha256sum prints them",
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  })
    .optional()
    .meta({ description: "The SHA-256 sum that the fetched file must have." }),
});

/** A requirement specifier as PEP 508 has it, without addresses and without options. */
const requirement = text({
  what: "a Python package",
  pattern:
    /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(\[[A-Za-z0-9._,-]+\])?( ?(===|==|~=|!=|<=|>=|<|>) ?[A-Za-z0-9.*+!_-]+)?(, ?(===|==|~=|!=|<=|>=|<|>) ?[A-Za-z0-9.*+!_-]+)*$/,
  allowed: "a name of the Python Package Index, and a version after it where one is pinned",
  longest: 200,
  example: "flask==3.1.2",
});

const command = text({
  what: "a command",
  pattern: /^[^\r\n]+$/,
  allowed: "one line",
  longest: 2000,
  example: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
});

export const application = z
  .strictObject({
    source: source.meta({
      description:
        "The application's code: a file beside the stack file, or an address with its sum.",
      examples: [{ file: "./tiny_app.py" }],
    }),
    python: z
      .array(requirement)
      .prefault([])
      .meta({
        description:
          "Python packages, installed in a virtual environment of the application's own.",
        examples: [["flask", "gunicorn"]],
      }),
    command: command.meta({
      description:
        "What starts the application; programs of its virtual environment are found by name.",
    }),
    user: user.prefault("application").meta({
      description:
        "The user it runs as, made for it alone. Never root; low ports are allowed to it.",
    }),
    port: port().prefault(80).meta({ description: "The port it listens on." }),
  })
  .meta({
    description:
      "What the servers serve, baked into the image. Left out: the image runs nothing but its services.",
    examples: [
      {
        source: { file: "./tiny_app.py" },
        python: ["flask", "gunicorn"],
        command: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
      },
    ],
  });
