import type { Build, Check } from "./build.ts";
import { others } from "./exceptions.ts";
import { linesWritten, nothing } from "./written-lines.ts";

/** The checks of accounts, PAM and sudo. They see what the build's commands and files change. */
export const accountChecks: readonly (readonly [string, Check])[] = [
  ["passwords_are_locked", passwordsAreLocked],
  ["only_root_is_root", onlyRootIsRoot],
  ["accounts_stay_valid", accountsStayValid],
  ["pam_asks_everybody", pamAsksEverybody],
  ["sudo_is_limited", sudoIsLimited],
  ["first_boot_opens_nothing", firstBootOpensNothing],
  ["logins_are_hardened", loginsAreHardened],
  ["password_rules_hold", passwordRulesHold],
];

function passwordsAreLocked({ machine }: Build) {
  return nothing(machine.disk.passwords.map((name) => `${name} has a password`));
}

function onlyRootIsRoot({ machine }: Build) {
  return nothing((machine.disk.privileged ?? []).map((name) => `${name} has root's rights`));
}

function accountsStayValid({ machine }: Build) {
  const ages = linesWritten(machine, /^\/etc\/(login\.defs|default\/useradd)$/);
  return found(ages, /^(PASS_MAX_DAYS\s+\d{1,4}$|EXPIRE=.)/);
}

function pamAsksEverybody({ machine }: Build) {
  const rules = linesWritten(machine, /^\/(etc|usr\/lib)\/pam\.d\//);
  return found(rules, /nullok|pam_exec|\s\/|^-?auth\s+(sufficient|\[.*\])\s+pam_(permit|listfile)/);
}

function sudoIsLimited({ machine }: Build) {
  const { defaultUser } = machine.distribution;
  // sudo ignores the files of other names.
  const rules = linesWritten(machine, /^\/etc\/sudoers(\.d\/[^./~]+)?$/).filter(
    ({ line }) =>
      !/^(root|%(sudo|wheel|admin)) ALL *= *\(ALL(:ALL)?\) ALL$/.test(line) &&
      !line.startsWith(`${defaultUser} `),
  );
  return found(
    rules,
    /^(?!Defaults|@|User_Alias|Cmnd_Alias|Host_Alias|Runas_Alias).*=|!authenticate/,
  );
}

function firstBootOpensNothing({ machine }: Build, [exceptions]: readonly string[]) {
  const settings = linesWritten(machine, /^\/etc\/cloud\/cloud\.cfg(\.d\/[^/]+\.cfg)?$/);
  const seeds = Object.keys(machine.disk.files).filter(
    (path) =>
      /^\/var\/lib\/cloud\/(seed|scripts)\//.test(path) && machine.file(path)?.kind === "file",
  );
  const opened = found(
    settings,
    /\b(passwd|password|chpasswd|ssh_authorized_keys|ssh_import_id|runcmd|bootcmd|write_files|users|packages|phone_home|random_seed|snap|seedfrom)['"]?\s*:|ssh_pwauth:\s*(true|yes|on|1)/,
  );
  return nothing([...(opened ?? []), ...others(seeds, exceptions)]);
}

function loginsAreHardened({ machine }: Build) {
  if (machine.disk.loginsHardened !== true) {
    return ["umask and time limit of a login shell: 0022", "/etc/issue is not the banner"];
  }
  const masks = linesWritten(machine, /^\/etc\/(profile|profile\.d\/[^/]+\.sh)$/);
  return found(masks, /^umask (?!0?027$)/);
}

/** The hardening writes the values of these modules. A file of the user's in their place is another. */
function passwordRulesHold({ machine }: Build) {
  if (machine.disk.loginsHardened !== true) return ["PAM has no auth.*pam_faillock\\.so preauth"];
  const values = linesWritten(
    machine,
    /^\/etc\/security\/(faillock|pwquality)\.conf(\.d\/[^/]+\.conf)?$/,
  );
  const weak =
    /^(?!(deny = 4|unlock_time = 900|minlen = 14|minclass = 4|enforc\w+( = 1)?)$)(deny|unlock_time|min\w+|[dulo]credit|difok|max\w+|dictcheck|enforc\w+)\b/;
  return nothing(values.filter(({ line }) => weak.test(line)).map(({ line }) => line));
}

function found(
  lines: readonly { readonly file: string; readonly line: string }[],
  bad: RegExp,
): readonly string[] | undefined {
  return nothing(
    lines.filter(({ line }) => bad.test(line)).map(({ file, line }) => `${file}: ${line}`),
  );
}
