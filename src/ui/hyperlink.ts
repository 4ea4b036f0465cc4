/**
 * In a terminal that supports hyperlinks (OSC 8), a click opens the address, however many rows the text
 * takes. The address is parsed and serialised again, so it contains no control character, and no name
 * from AWS can end the sequence early.
 */
export function hyperlink(text: string, address: string): string {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return text;
  return `${LINK}${url.href}${END}${text}${LINK}${END}`;
}

const LINK = "\u001b]8;;";
const END = "\u001b\\";

/** VTE (GNOME Terminal, Tilix, …) crashes on hyperlinks in 0.50.0 and supports them since 0.50.1. */
const VTE_WITH_LINKS = 5001;

/** Identifies terminals by the variables that they document. Others may print the sequence as text. */
export function knowsHyperlinks(env: Readonly<Record<string, string | undefined>>): boolean {
  // A multiplexer inherits the variables of its terminal, but has its own support or none.
  if (env["TMUX"] !== undefined || /^(screen|tmux|dumb)/.test(env["TERM"] ?? "")) return false;
  if (Number(env["VTE_VERSION"] ?? 0) >= VTE_WITH_LINKS) return true;
  return (
    env["WT_SESSION"] !== undefined ||
    env["KONSOLE_VERSION"] !== undefined ||
    /^(iTerm\.app|WezTerm|vscode|ghostty|zed|Hyper)$/.test(env["TERM_PROGRAM"] ?? "") ||
    /^(xterm-kitty|xterm-ghostty|alacritty|foot)/.test(env["TERM"] ?? "")
  );
}
