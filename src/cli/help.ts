import { Help, type HelpConfiguration } from "commander";

/** Longer lines are hard to read. */
const WIDEST = 120;
/** Of a pipe, as of most terminals. */
const USUAL_WIDTH = 80;
/** With less room beside its term, a description starts on the next line. */
const LEAST_BESIDE = 28;
const INDENT = "  ";

/** The width of help on an output of so many columns. */
export function helpWidth(columns: number | undefined): number {
  return Math.min(columns || USUAL_WIDTH, WIDEST);
}

/** Help that wraps at spaces, however narrow the terminal is: what is longer, the terminal cuts anywhere. */
export function helpFormat(width: number): HelpConfiguration {
  const standard = new Help();
  return {
    helpWidth: width,
    showGlobalOptions: true,
    minWidthToWrap: 1,
    commandUsage: (command) => {
      const prefix = "Usage: ";
      const usage = wrap(standard.commandUsage(command), width - prefix.length);
      return usage.join(`\n${" ".repeat(prefix.length)}`);
    },
    formatItem: (term, termWidth, description) => item(term, termWidth, description, width),
  };
}

function item(term: string, termWidth: number, description: string, width: number): string {
  if (description === "") return `${INDENT}${term}`;
  const column = INDENT.length + termWidth + 2;
  if (width - column >= LEAST_BESIDE) {
    const lines = wrap(description, width - column);
    return `${INDENT}${term.padEnd(termWidth)}  ${lines.join(`\n${" ".repeat(column)}`)}`;
  }
  const below = INDENT.repeat(3);
  return [
    ...wrap(term, width - below.length).map(
      (line, index) => `${index === 0 ? INDENT : below}${line}`,
    ),
    ...wrap(description, width - below.length).map((line) => `${below}${line}`),
  ].join("\n");
}

function wrap(text: string, width: number): readonly string[] {
  const help = new Help();
  help.minWidthToWrap = 1;
  return help.boxWrap(text, Math.max(width, 1)).split("\n");
}

const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  [
    "AWS_*",
    "credentials, region, profile and endpoint (AWS_ENDPOINT_URL), as for every AWS client",
  ],
  ["CI", "no live view, colour or questions, as in a pipe (unless it is 0 or false)"],
  ["NO_COLOR", "no colour"],
  ["RECONCILE_SANDBOX", "1 means --sandbox"],
  [
    "RECONCILE_SANDBOX_SPEED",
    "how many times faster than real time the sandbox's clock runs (default: 60)",
  ],
  ["RECONCILE_WEBHOOK_SECRET", "signs what an apply posts to a web address in notify.to"],
  ["RECONCILE_SANDBOX_VCPUS", "vCPU quota of all instances in the sandbox together (default: 256)"],
];

const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "done, or nothing differs"],
  ["1", "an error"],
  ["2", "plan --check or status --check found differences"],
  ["3", "status --check found something unhealthy"],
  ["130", "interrupted"],
];

/** What all commands have in common, below the program's help. */
export function helpEnding(width: number): string {
  const parts = [
    ["Environment:", ENVIRONMENT],
    ["Exit codes:", EXIT_CODES],
  ] as const;
  const longest = Math.max(...parts.flatMap(([, rows]) => rows.map(([name]) => name.length)));
  return parts
    .flatMap(([title, rows]) => [
      "",
      title,
      ...rows.map(([name, meaning]) => item(name, longest, meaning, width)),
    ])
    .join("\n");
}
