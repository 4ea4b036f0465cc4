import { z } from "zod";
import { mappingKey } from "../shared/mapping-key.ts";
import { Mistake } from "../shared/scalar.ts";
import { parseText, text } from "../shared/text.ts";

/**
 * Linux takes 131,072 bytes for one variable (MAX_ARG_STRLEN). Every process of the application gets a copy of all, and
 * plans show them, so a value that is a file's content is better a file.
 */
const LONGEST = 16_384;

/** Of all variables together, with their names. Linux takes arguments and variables of 2 MiB. */
export const LONGEST_ENVIRONMENT = 131_072;

/** Names that the build, systemd, or the bash that starts the application sets. */
const TAKEN = new Map([
  [
    "PATH",
    "put programs into /usr/local/bin, or begin the command with PATH=/opt/own/bin:$PATH exec",
  ],
  [
    "HOME",
    "use /var/lib/application, which is the application's HOME, or begin the command with HOME=… exec",
  ],
  ...[
    "USER LOGNAME SHELL INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID STATE_DIRECTORY MAINPID NOTIFY_SOCKET",
    "LISTEN_PID LISTEN_FDS LISTEN_FDNAMES PWD OLDPWD SHLVL _ IFS UID EUID PPID SHELLOPTS BASHOPTS BASH_ENV BASHPID",
  ]
    .join(" ")
    .split(" ")
    .map((name) => [name, "remove it, or choose another name"] as const),
]);

/** The name of an environment variable. */
export function variableName(example: string) {
  return mappingKey((key) =>
    parseText(key, {
      what: "an environment variable's name",
      pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
      allowed: "letters, digits and _, beginning with a letter or _",
      longest: 255,
      example,
      check: (name) => {
        const help = TAKEN.get(name);
        if (help === undefined) return undefined;
        const who = name === "PATH" || name === "HOME" ? "the build" : "the system";
        return new Mistake(`${who} sets ${name} itself`, help);
      },
    }),
  );
}

/** Any text, also an empty one. A number is none: YAML would read 0640 and 1e3 as other numbers than they look. */
function variableValue(example: string) {
  return text({
    what: "an environment variable's value",
    mayBeEmpty: true,
    example,
    check: (value) => {
      if (/\p{Cs}/u.test(value)) {
        return new Mistake(
          "the value contains half of a character (a lone surrogate)",
          "remove it",
        );
      }
      const bytes = Buffer.byteLength(value);
      return bytes > LONGEST
        ? new Mistake(
            `the value has ${bytes} bytes, and the most is ${LONGEST}, because every process gets a copy of it`,
            "put it into a file of image.files or of the source, and give the application the file's path",
          )
        : undefined;
    },
  });
}

/** Environment variables by name. */
export function environmentSchema(name: string, value: string) {
  return z.record(variableName(name), variableValue(value)).meta({ examples: [{ [name]: value }] });
}

const SECRET_NAME =
  /(^|_)(TOKEN|KEY_?BASE|(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|CREDENTIAL|(API|ACCESS|SECRET|PRIVATE|ENCRYPTION)_?KEY)S?)$/i;

/** A user name and a password in a URL. */
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]*:[^/?#@\s]+@/i;

/** Why a variable looks like a secret. Its value is not repeated. */
export function looksSecret(name: string, value: string): string | undefined {
  if (value === "") return undefined;
  if (PASSWORD_IN_URL.test(value)) return `${name} has a password in its URL`;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) return `${name} is a private key`;
  return SECRET_NAME.test(name) ? `${name} looks like a secret` : undefined;
}
