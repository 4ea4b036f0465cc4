import type { Build, Check } from "./build.ts";
import type { Machine } from "./machine.ts";
import { own } from "./own.ts";
import { linesWritten, nothing } from "./written-lines.ts";

/** The checks of the SSH server. They see its hardening, and the files that the build writes. */
export const sshChecks: readonly (readonly [string, Check])[] = [
  ["ssh_settings_hold", settingsHold],
  ["no_ssh_key_is_authorized", noKeyIsAuthorized],
  ["ssh_server_is_alone", serverIsAlone],
];

/** Settings of cloud images before the hardening, as far as the checks ask about them. */
const usual: Readonly<Record<string, string>> = {
  passwordauthentication: "no",
  kbdinteractiveauthentication: "yes",
  permitemptypasswords: "no",
  hostbasedauthentication: "no",
  gssapiauthentication: "no",
  strictmodes: "yes",
  usepam: "yes",
  permitrootlogin: "without-password",
  disableforwarding: "no",
  permittunnel: "no",
  gatewayports: "no",
  permituserenvironment: "no",
  ignorerhosts: "yes",
};

const mainFile = "/etc/ssh/sshd_config";

/** The lines of written files that set something for the SSH server, wherever they stand. */
function writtenSettings(machine: Machine) {
  return linesWritten(machine, /^\/etc\/ssh\/sshd_config(\.d\/[^/]+\.conf)?$/).flatMap(
    ({ file, line }) => {
      const [, name = "", value = ""] = /^"?(\w+)"?[ \t=]+"?([^"#]*)/.exec(line) ?? [];
      return [{ file, line, name: name.toLowerCase(), value: value.trim() }];
    },
  );
}

function settingsHold({ machine }: Build, settings: readonly string[]) {
  if (!machine.hasCommand("sshd")) return undefined;
  // A main file that the build wrote has replaced the hardened one.
  const hardened =
    machine.file(mainFile)?.text === undefined ? machine.disk.sshSettings : undefined;
  const written = writtenSettings(machine);
  return nothing(
    settings.flatMap((setting) => {
      const [name = "", ...rest] = setting.split(" ");
      const value = rest.join(" ");
      const key = name.toLowerCase();
      const others = written.filter((line) => line.name === key && line.value !== value);
      const main = written.find((line) => line.name === key && line.file === mainFile)?.value;
      const seen = own(hardened ?? {}, key) ?? main ?? own(usual, key) ?? "not set";
      return [
        ...(seen === value ? [] : [`root 10.0.0.9 ${key} ${seen}`]),
        ...(name === "DenyUsers" ? [] : others.map(({ file, line }) => `${file}:${line}`)),
      ];
    }),
  );
}

function noKeyIsAuthorized({ machine }: Build) {
  if (!machine.hasCommand("sshd")) return undefined;
  const keys = Object.entries(machine.disk.files)
    .filter(([path, file]) => /\/\.ssh\/authorized_keys2?$/.test(path) && file !== null)
    .map(([path]) => path);
  const elsewhere = writtenSettings(machine).filter(
    ({ name, value }) =>
      /^(authorizedkeys(file|command)|trustedusercakeys|authorizedprincipals(file|command))$/.test(
        name,
      ) && value !== "none",
  );
  return nothing([...keys, ...elsewhere.map(({ file, line }) => `${file}:${line}`)]);
}

function serverIsAlone({ machine }: Build) {
  const units = linesWritten(machine, /^\/(etc|usr\/lib)\/systemd\/system\//);
  const variables = linesWritten(machine, /^\/etc\/(default\/ssh|sysconfig\/sshd)$/);
  return nothing(
    [
      ...units.filter(
        ({ file, line }) =>
          /^Exec.*\b(sshd|dropbear|tinysshd)\b/.test(line) ||
          (/\/(sshd?@?\.)?service\.d\//.test(file) && /^(Exec|Env)/.test(line)),
      ),
      ...variables.filter(({ line }) => /^(SSHD_OPTS|OPTIONS)=./.test(line)),
    ].map(({ file, line }) => `${file}: ${line}`),
  );
}
