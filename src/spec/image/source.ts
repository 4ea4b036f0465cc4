import { z } from "zod";
import { quote } from "../finding.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";

/** Names of the families' own files of package sources. */
const TAKEN = new Set(["amazonlinux", "debian", "ubuntu"]);

const name = text({
  what: "a name of a package source",
  pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  allowed: "lowercase letters, digits and - between them",
  longest: 40,
  example: "nodesource",
  check: (written) =>
    TAKEN.has(written)
      ? new Mistake(
          `${quote(written)} is the name of the distribution's own package source`,
          "choose another name: the distribution's own sources stay",
        )
      : undefined,
});

/** Not repeated to the person: it may hold a password or a token. */
function credentials(address: string): Mistake | undefined {
  if (/[?#]/.test(address)) {
    return new Mistake(
      "the URL has a query or a fragment",
      "remove ? or # and what follows it: package managers add paths to the URL, and everybody could read a token who may read user data",
    );
  }
  // Also without a scheme, and behind a slash that is part of a password: no right address has an @.
  if (!address.includes("@")) return undefined;
  return new Mistake(
    "the URL contains a user name or password, which everybody could read who may read user data",
    "use a URL that needs no user name or password, such as one that only the VPC reaches",
  );
}

const url = text({
  what: "a URL of a package source",
  pattern: /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w.~%$+:/-]*)?$/,
  allowed: "https:// or http://, a host, and a path without ? and #",
  longest: 500,
  example: "https://deb.nodesource.com/node_22.x",
  check: credentials,
});

const proxy = text({
  what: "a URL of a proxy",
  pattern: /^http:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/?$/,
  allowed: "http://, a host and a port",
  longest: 300,
  example: "http://10.0.0.5:3128",
  check: credentials,
});

function words(what: string, pattern: RegExp, allowed: string, example: string) {
  return z
    .array(text({ what, pattern, allowed, longest: 100, example }))
    .min(1)
    .optional();
}

const BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const END = "-----END PGP PUBLIC KEY BLOCK-----";

const key = text({
  what: "a public key",
  longest: 40_000,
  example: `${BEGIN}\n\nmDME…\n${END}\n`,
  check: (written) => {
    if (written.includes("PRIVATE KEY")) {
      return new Mistake(
        "this is a private key, which signs packages",
        "write the public key, which verifies them",
      );
    }
    const lines = written.trim().split("\n");
    // RFC 9580: headers, an empty line, base64 and perhaps a checksum.
    const empty = lines.indexOf("");
    const body = lines.slice(empty + 1, -1);
    const isKey =
      lines[0] === BEGIN &&
      lines.at(-1) === END &&
      empty > 0 &&
      lines.slice(1, empty).every((line) => /^[A-Za-z]+: /.test(line)) &&
      body.length > 0 &&
      body.every((line) => /^=?[A-Za-z0-9+/]+={0,2}$/.test(line));
    return isKey
      ? undefined
      : new Mistake(
          "this is not an OpenPGP public key in ASCII armor",
          `write the text from ${BEGIN} to ${END} below key: |, with its empty line`,
        );
  },
});

export const sourceSchema = z.strictObject({
  proxy: proxy.optional().meta({
    description:
      "An HTTP proxy, as an item of its own. The build's package managers, pip, the download of the application's source and your commands use it until the restart (`http_proxy`, `https_proxy`). The servers do not.",
  }),
  name: name.optional().meta({ description: "The name of the package source's file." }),
  url: url.optional().meta({
    description:
      "Where the packages are. `http` is allowed, because the packages are signed. dnf's variables, such as `$releasever`, are allowed on Amazon Linux.",
  }),
  suites: words(
    "a suite",
    /^[A-Za-z0-9./_-]+$/,
    "letters, digits and ./_-",
    "bookworm-backports",
  ).meta({
    description:
      "Debian and Ubuntu only: the suites, such as `[bookworm]`. `[./]` for a source that has neither suites nor components.",
    examples: [["bookworm"]],
  }),
  components: words("a component", /^[A-Za-z0-9/_-]+$/, "letters, digits and /_-", "main").meta({
    description: "Debian and Ubuntu only: the components, such as `[main]`.",
    examples: [["main"]],
  }),
  key: key.optional().meta({
    description:
      "The OpenPGP public key that signs the source, in ASCII armor. Unsigned sources are not supported.",
  }),
});

export type SourceFile = z.output<typeof sourceSchema>;
