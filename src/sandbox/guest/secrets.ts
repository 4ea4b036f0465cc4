import type { Machine } from "./machine.ts";

const names =
  /\/(\.aws\/(credentials|(sso|cli)\/.*)|\.(netrc|pgpass|git-credentials|lesshst|viminfo)|krb5\.keytab|\.[a-z]+_history)$/;
const configurations =
  /\/(\.?npmrc|\.pypirc|pip\.conf|\.?auth\.conf(\.d\/.*)?|\.docker\/config\.json|\.kube\/config|\.env|\.git-?config)$/;
const configured =
  /^[^#\n]*((_auth\w*|"auth|pass(word|wd)?|secret(_\w*key)?|token)["']?\s*[=: ]\s*["']?[^\s"'$]|:\/\/[^/\s:]*:[^/\s@]+@)/im;
const contents =
  /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----(\\n|\s*$)|\b(AKIA|ASIA)(?!.{9}EXAMPLE)[A-Z2-7]{16}\b/m;

/** The files with secrets that commands and steps have written. */
export function secretFiles(machine: Machine): readonly string[] {
  return Object.entries(machine.disk.files).flatMap(([path, file]) => {
    if (file?.kind !== "file") return [];
    if (!/^\/(root|home|etc|opt|srv|var|usr\/local)\//.test(path)) return [];
    const { text = "" } = file;
    const isSecret =
      names.test(path) ||
      contents.test(text) ||
      (configurations.test(path) && configured.test(text));
    return isSecret ? [path] : [];
  });
}
