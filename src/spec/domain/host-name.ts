import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { quote } from "../finding.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { parseText } from "../shared/text.ts";

const LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

/** Two labels or more. The last one, a top-level domain, has at least two characters and starts with a letter. */
const LABELS = `(${LABEL}\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]`;

/** Of a label, and of a whole name (RFC 1035, "Size limits"). */
const LONGEST_LABEL = 63;
const LONGEST = 253;

interface Kind {
  /** With its article: "a host name". */
  readonly what: string;
  readonly example: string;
  /** Whether the leftmost label may be `*`. */
  readonly wildcard: boolean;
  /** Recognises what people write in the place of a name. */
  readonly check?: (written: string) => Mistake | undefined;
}

/** A DNS name. The parsed value is in lower case and has no dot at the end. */
export function hostName(kind: Kind) {
  const pattern = `^${kind.wildcard ? "(\\*\\.)?" : ""}${LABELS}\\.?$`;
  return scalar(
    // Beside its characters, a name may have a dot at the end.
    { type: "string", minLength: 1, maxLength: LONGEST + 1, pattern, examples: [kind.example] },
    (value, written) => parseHostName(value, written, kind, new RegExp(pattern)),
  );
}

function parseHostName(
  value: unknown,
  written: string,
  kind: Kind,
  pattern: RegExp,
): string | Mistake {
  const { what, example, check } = kind;
  const rules = {
    what,
    example,
    check: (text: string): Mistake | undefined =>
      pattern.test(text)
        ? undefined
        : (check?.(text) ??
          otherForm(text, kind) ??
          wrongWildcard(text, kind) ??
          wrongLabels(text, kind)),
  };
  const parsed = parseText(value, rules, written);
  if (parsed instanceof Mistake) return parsed;
  const name = parsed.toLowerCase().replace(/\.$/, "");
  if (name.length > LONGEST) {
    return new Mistake(
      `${what} can have at most ${LONGEST} characters, but this one has ${name.length}`,
      `shorten it by ${name.length - LONGEST}`,
    );
  }
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(name)
    ? new Mistake(
        `${quote(name)} belongs to AWS: nobody else can have a certificate or DNS records for it`,
        `use a name of a domain that you own, for example ${example}`,
      )
    : name;
}

/** What people copy from elsewhere that has a name in it, and names that DNS has in another form. */
function otherForm(text: string, kind: Kind): Mistake | undefined {
  const { what } = kind;
  // Not repeated to the person: it may hold a password.
  const inUrl = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:\s]+)/i.exec(text)?.[1];
  if (inUrl !== undefined) return new Mistake(`this is a URL, not ${what}`, write(inUrl, kind));
  if (isIP(text.replace(/^\[|\]$|\/\d+$/g, "")) !== 0) {
    return new Mistake(
      `${quote(text)} is an IP address, not ${what}`,
      "write a name, whose DNS record leads to the load balancer",
    );
  }
  const beforePort = /^([^:/?#@\s]+):\d+\/?$/.exec(text)?.[1];
  if (beforePort !== undefined) {
    return new Mistake(
      `${what} has no port, but this is ${quote(text)}`,
      `${write(beforePort, kind)}; ports belong in loadBalancer.listeners`,
    );
  }
  const beforePath = /^([^:/?#@\s]+)[/?#]/.exec(text)?.[1];
  if (beforePath !== undefined) {
    return new Mistake(`${what} has no path, but this is ${quote(text)}`, write(beforePath, kind));
  }
  const inMail = /^[^@\s]+@([^@\s]+)$/.exec(text)?.[1];
  if (inMail !== undefined) {
    return new Mistake(`this is a mail address, not ${what}`, write(inMail, kind));
  }
  // A browser shows these names as people write them. DNS and certificates have them in ASCII (RFC 5891).
  return /^\p{ASCII}*$/u.test(text)
    ? undefined
    : new Mistake(`${quote(text)} has characters that DNS does not have`, write(text, kind));
}

function write(name: string, { example }: Kind): string {
  const ascii = domainToASCII(name);
  return ascii === "" || ascii.length > LONGEST ? `for example ${example}` : `write ${ascii}`;
}

function wrongWildcard(text: string, { what, example, wildcard }: Kind): Mistake | undefined {
  if (!text.includes("*")) return undefined;
  if (!wildcard) {
    return new Mistake(
      `${what} has no wildcard, but this is ${quote(text)}`,
      `for example ${example}`,
    );
  }
  if (text.lastIndexOf("*") > 0 || !/^\*(\.|$)/.test(text)) {
    return new Mistake(
      `in ${quote(text)}, the wildcard is not the whole first part of the name`,
      "write *. and then the rest of the name, for example *.example.com",
    );
  }
  return /^\*(\.[^.]*)?\.?$/.test(text)
    ? new Mistake(
        `nobody owns all the names that ${quote(text)} stands for`,
        "use a wildcard below a domain that you own, for example *.example.com",
      )
    : undefined;
}

function wrongLabels(text: string, { what, example }: Kind): Mistake {
  if (/^[A-Za-z0-9-]+\.?$/.test(text)) {
    return new Mistake(
      `${quote(text)} is only a part of a name: it has no dot inside`,
      `for example ${example}`,
    );
  }
  const names = text.split(/[\s,;]+/);
  if (names.length > 1 && names.every((name) => name.includes("."))) {
    return new Mistake(
      `expected ${what}, but this is several: ${quote(text)}`,
      "write each as an item of its own: [shop.example.com, www.example.com]",
    );
  }
  const long = text.split(".").find((label) => label.length > LONGEST_LABEL);
  if (long !== undefined) {
    return new Mistake(
      `each part of a name, between its dots, can have at most ${LONGEST_LABEL} characters, but ${quote(long)} has ${long.length}`,
      `shorten it by ${long.length - LONGEST_LABEL}`,
    );
  }
  return new Mistake(
    `${quote(text)} is not a valid ${what.replace(/^a /, "")}`,
    `use letters, digits and hyphens, with dots between the parts, and no hyphen at the start or end of a part; for example ${example}`,
  );
}
