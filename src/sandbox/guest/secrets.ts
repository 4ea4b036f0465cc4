import type { Machine } from "./machine.ts";

const names =
  /\/(\.aws\/(credentials|(sso|cli)\/.*)|\.(netrc|pgpass|git-credentials|lesshst|viminfo)|\.vault-token|[^/]*\.(keytab|ppk)|fish_history|\.[a-z]+_history)$/;
const configurations =
  /\/(\.?npmrc|\.pypirc|pip\.conf|\.?auth\.conf(\.d\/.*)?|\.docker\/config\.json|\.kube\/config|\.env(\.[lp][^/]*)?|\.git-?config|\.my\.cnf|\.cargo\/c.*|\.config\/.*|datadog\.yaml|environment|systemd\/.*)$/;
const configured =
  /(_auth\w{0,20}|"auth|pass(word|wd)?|secret(_\w{0,20}key)?|token|api_key)["']?\s{0,9}[=: ]\s{0,9}["']?[^\s"'$]|:\/\/[^/\s:]{0,99}:[^/\s@]{1,99}@/i;
const contents =
  /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----(\\n|\s*$)|\b(AKIA|ASIA)(?!.{9}EXAMPLE)[A-Z2-7]{16}\b|^PrivateKey.*=$|\b(gh._|github_pat_|xox.-)[\w-]{36}/m;

function isConfigured(line: string): boolean {
  const [setting = ""] = line.split("#");
  if (/^(Description|Exec)/i.test(setting)) return false;
  return configured.test(setting);
}

/** The files with secrets that commands and steps have written. */
export function secretFiles(machine: Machine): readonly string[] {
  return Object.entries(machine.disk.files).flatMap(([path, file]) => {
    if (file?.kind !== "file") return [];
    if (/^\/(dev|proc|run|snap|sys|usr(?!\/local))\//.test(path)) return [];
    const { text = "" } = file;
    const isSecret =
      names.test(path) ||
      contents.test(text) ||
      (configurations.test(path) && text.split("\n").some(isConfigured));
    return isSecret ? [path] : [];
  });
}
