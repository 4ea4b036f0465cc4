import type { Machine } from "./machine.ts";

const names =
  /\/(\.aws\/(credentials|(sso|cli)\/.*)|\.(netrc|pgpass|git-credentials|lesshst|viminfo)|krb5\.keytab|\.[a-z]+_history)$/;
const configurations =
  /\/(\.?npmrc|\.pypirc|pip\.conf|\.?auth\.conf(\.d\/.*)?|\.docker\/config\.json|\.kube\/config|\.env|\.git-?config)$/;
const configured =
  /(_auth\w{0,20}|"auth|pass(word|wd)?|secret(_\w{0,20}key)?|token)["']?\s{0,9}[=: ]\s{0,9}["']?[^\s"'$]|:\/\/[^/\s:]{0,99}:[^/\s@]{1,99}@/i;
const contents =
  /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----(\\n|\s*$)|\b(AKIA|ASIA)(?!.{9}EXAMPLE)[A-Z2-7]{16}\b/m;

function isConfigured(line: string): boolean {
  const [setting = ""] = line.split("#");
  return configured.test(setting);
}

/** The files with secrets that commands and steps have written. */
export function secretFiles(machine: Machine): readonly string[] {
  return Object.entries(machine.disk.files).flatMap(([path, file]) => {
    if (file?.kind !== "file") return [];
    if (!/^\/(root|home|etc|opt|srv|var|usr\/local)\//.test(path)) return [];
    const { text = "" } = file;
    const isSecret =
      names.test(path) ||
      contents.test(text) ||
      (configurations.test(path) && text.split("\n").some(isConfigured));
    return isSecret ? [path] : [];
  });
}
