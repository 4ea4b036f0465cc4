import { quote, shown } from "../finding.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { parseText } from "../shared/text.ts";

/** Where notifications go: a mail address, an https URL, or an SNS topic by its ARN. */
export interface NotifiedPlace {
  readonly kind: "email" | "https" | "topic";
  readonly value: string;
}

const EXAMPLE = "ops@example.com";
const WHAT = "a mail address, an https URL or the ARN of an SNS topic";
const FORMS = `write ${WHAT}; for example ${EXAMPLE}`;

/** Longer than any address in use. */
const LONGEST = 2048;

/** `CreateTopic`, Amazon SNS API Reference. */
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z]{2,}(-[a-z]+)+-\d+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
/** The id at the end is of a subscription. */
const SUBSCRIPTION = /^(arn:[^:]*:sns:[^:]*:[^:]*:[^:]+):[0-9a-f-]{36}$/;

/** As plain as the addresses that people write. The local part has at most 64 characters (RFC 5321, 4.5.3.1.1). */
const MAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z][A-Za-z0-9-]+$/;

/** Each form in one text. The parsed value knows which one it is. */
export function notifiedPlace() {
  const check = (text: string): Mistake | undefined => {
    const place = parsePlace(text);
    return place instanceof Mistake ? place : undefined;
  };
  return scalar(
    { type: "string", minLength: 1, maxLength: LONGEST, examples: [EXAMPLE] },
    (value, written) => {
      const rules = { what: WHAT, example: EXAMPLE, longest: LONGEST, check };
      const text = parseText(value, rules, written);
      return text instanceof Mistake ? text : parsePlace(text);
    },
  );
}

function parsePlace(text: string): NotifiedPlace | Mistake {
  if (text.startsWith("arn:")) return parseTopic(text);
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return parseUrl(text);
  if (text.includes("@")) return parseMail(text);
  // The path of a web address may be a secret.
  const [, host] = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:\/\S*)?$/i.exec(text) ?? [];
  return host !== undefined
    ? new Mistake(
        `the address at ${quote(host)} has no https:// at its start`,
        `write https://${shown(host)} and the rest of the address`,
      )
    : new Mistake(`expected ${WHAT}, but this is ${quote(text)}`, `for example ${EXAMPLE}`);
}

function parseTopic(text: string): NotifiedPlace | Mistake {
  if (TOPIC.test(text)) return { kind: "topic", value: text };
  const topic = SUBSCRIPTION.exec(text)?.[1];
  if (topic !== undefined) {
    return new Mistake("this is the ARN of a subscription, not of a topic", `write ${topic}`);
  }
  if (/^arn:[^:]*:sns:.*\.fifo$/.test(text)) {
    return new Mistake(
      "this topic is of the type FIFO, which delivers to queues alone",
      "use a topic of the type standard",
    );
  }
  const [, service] = /^arn:[^:]*:([a-z0-9-]+):/.exec(text) ?? [];
  return new Mistake(
    service === undefined || service === "sns"
      ? `${quote(text)} is not the ARN of an SNS topic`
      : `this is an ARN of ${service}, not of an SNS topic`,
    "write arn:aws:sns:, the region, the account, a colon and the topic's name",
  );
}

/** None of its parts is repeated to the person: any of them may be a secret. */
function parseUrl(text: string): NotifiedPlace | Mistake {
  const mail = /^mailto:(.+)$/i.exec(text)?.[1];
  if (mail !== undefined) return new Mistake("a mail address needs no mailto:", "remove mailto:");
  if (/^http:/i.test(text)) {
    return new Mistake(
      "notifications would be sent over plain http, which everybody on the way can read",
      "write https:// in the place of http://",
    );
  }
  const url = /^https:\/\/\S+$/i.test(text) ? URL.parse(text) : null;
  if (url === null) return new Mistake("this is not a valid https URL", FORMS);
  if (url.username !== "" || url.password !== "") {
    return new Mistake(
      "the URL contains a user name or password, which AWS would store",
      "use a URL that needs no user name or password",
    );
  }
  if (text.includes("#")) {
    return new Mistake(
      "the URL has a fragment (what follows #), which no server gets",
      "remove # and what follows it",
    );
  }
  if (!/\.[a-z][a-z0-9-]*\.?$/i.test(url.hostname)) {
    return new Mistake(
      `SNS cannot reach ${shown(url.hostname)}: it needs a host name that the internet knows`,
      "write a URL such as https://hooks.example.com/reconcile",
    );
  }
  return { kind: "https", value: text };
}

function parseMail(text: string): NotifiedPlace | Mistake {
  if (MAIL.test(text)) return { kind: "email", value: text };
  const inBrackets = /<([^<>\s]+)>$/.exec(text)?.[1];
  if (inBrackets !== undefined && MAIL.test(inBrackets)) {
    return new Mistake("only the mail address itself can be here", `write ${shown(inBrackets)}`);
  }
  return new Mistake(
    `${quote(text)} is not a valid mail address`,
    /[\s,;]/.test(text) ? "write each address as an item of its own" : `for example ${EXAMPLE}`,
  );
}
