import { Box, useAnimation } from "ink";
import { useRef } from "react";
import { expectedSeconds, secondsLeft } from "../durations.ts";
import { describeSeconds, neutralize, plural } from "../text.ts";
import { countWords, stepPart, VERB_UNDER_WAY } from "../wording.ts";
import { arrange } from "./arrange.ts";
import { isSettled, type Progress, type StepProgress, stepsIn, waitsFor } from "./progress.ts";
import { Toned, useSurroundings } from "./surroundings.tsx";

/** Eight frames a second look smooth, and stay under the screen's limit. */
const SPINNER_INTERVAL = 125;
const SPINNER = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"] as const;
/** The blank row above, the bar and the blank row before it, and the row that the cursor is in. */
const ROWS_AROUND = 4;
const WIDEST_BAR = 40;
/** Of the line, at most this share goes to the address. */
const ADDRESS_SHARE = 0.45;
/** The mark and a space. */
const MARK_WIDTH = 2;
const GAP = 2;

interface Props {
  readonly progress: Progress;
  readonly interrupting: boolean;
}

/** Running and waiting steps, and the overall progress. Never taller than the screen. */
export function ProgressRows({ progress, interrupting }: Props) {
  const { rows, columns, now } = useSurroundings();
  const { frame } = useAnimation({ interval: SPINNER_INTERVAL });
  const time = now();
  const room = rows - ROWS_AROUND - (interrupting ? 1 : 0);
  const { running, details, waiting, hidden } = arrange(progress, room);
  const addressWidth = Math.min(
    Math.max(0, ...[...running, ...waiting].map(({ address }) => neutralize(address).length)),
    Math.floor(columns * ADDRESS_SHARE),
  );
  // A blank line stands above the first row at the beginning of a run.
  const hasSettled = [...progress.steps.values()].some(isSettled);
  return (
    <Box flexDirection="column" marginTop={hasSettled ? 1 : 0}>
      {running.map((step) => (
        <RunningRows
          key={step.key}
          step={step}
          progress={progress}
          time={time}
          mark={SPINNER[frame % SPINNER.length] ?? ""}
          addressWidth={addressWidth}
          room={columns - MARK_WIDTH - addressWidth - GAP}
          detail={details}
        />
      ))}
      {waiting.map((step) => (
        <Row key={step.key} mark="·" address={step.address} addressWidth={addressWidth}>
          <Toned tone="aside" wrap="truncate-end">
            {interrupting ? "will not start" : waitText(step, progress)}
          </Toned>
        </Row>
      ))}
      {room > 0 ? <Hidden {...hidden} /> : undefined}
      <Box marginTop={1} flexDirection="column">
        <Bar progress={progress} time={time} interrupting={interrupting} />
        {interrupting ? <Stopping progress={progress} /> : undefined}
      </Box>
    </Box>
  );
}

interface RunningProps {
  readonly step: StepProgress;
  readonly progress: Progress;
  readonly time: number;
  readonly mark: string;
  readonly addressWidth: number;
  /** Columns beside the address. */
  readonly room: number;
  readonly detail: boolean;
}

function RunningRows({ step, progress, time, mark, addressWidth, room, detail }: RunningProps) {
  const elapsed = Math.max(0, (time - (step.since ?? time)) / 1000);
  const { types } = useSurroundings();
  const words = `${VERB_UNDER_WAY[step.verb]} for ${describeSeconds(elapsed)}`;
  const part = step.verb === "delete" ? "" : stepPart(step, types);
  const usual = `, usually ${describeSeconds(expectedSeconds(step, progress.steps.values()))}`;
  return (
    <Box flexDirection="column">
      <Row mark={mark} address={step.address} addressWidth={addressWidth} tone="good">
        <Toned wrap="truncate-end">
          {words}
          {part === "" ? "" : <Toned tone="aside">, {neutralize(part)}</Toned>}
          {words.length + part.length + usual.length > room ? (
            ""
          ) : (
            <Toned tone="aside">{usual}</Toned>
          )}
        </Toned>
      </Row>
      {detail ? (
        <Box paddingLeft={4}>
          <Detail step={step} />
        </Box>
      ) : undefined}
    </Box>
  );
}

/** What a step is doing right now, or why it retries. */
function Detail({ step: { message, done, total, retry } }: { readonly step: StepProgress }) {
  if (retry !== undefined) {
    const times = retry.times === 1 ? "" : ` (${retry.times} times so far)`;
    return (
      <Toned tone="doubtful" wrap="truncate-end">
        retrying{times}: {neutralize(retry.reason)}
      </Toned>
    );
  }
  return (
    <Box>
      <Box flexShrink={1}>
        <Toned tone="aside" wrap="truncate-end">
          {message === undefined ? "waiting for AWS to answer" : neutralize(message)}
        </Toned>
      </Box>
      {total === undefined ? undefined : (
        <Box flexShrink={0}>
          <Toned tone="aside"> ({countWords(done ?? 0, total)})</Toned>
        </Box>
      )}
    </Box>
  );
}

interface RowProps {
  readonly mark: string;
  readonly address: string;
  readonly addressWidth: number;
  readonly tone?: "good";
  readonly children: React.ReactNode;
}

function Row({ mark, address, addressWidth, tone, children }: RowProps) {
  return (
    <Box>
      <Box width={MARK_WIDTH} flexShrink={0}>
        <Toned tone={tone ?? "aside"}>{mark}</Toned>
      </Box>
      <Box width={addressWidth + GAP} flexShrink={0} paddingRight={GAP}>
        <Toned bold={tone !== undefined} wrap="truncate-middle">
          {neutralize(address)}
        </Toned>
      </Box>
      <Box flexGrow={1} flexShrink={1}>
        {children}
      </Box>
    </Box>
  );
}

function waitText(step: StepProgress, progress: Progress): string {
  const [first, ...more] = waitsFor(step, progress.steps);
  if (first === undefined) return "starting";
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  // An update can delete an old image and create a new one at the same address: the words tell the rows apart.
  const what = step.verb === "delete" && !progress.destroys ? "deleted after" : "waits for";
  return `${what} ${neutralize(first)}${others}`;
}

function Hidden({ running, waiting }: { readonly running: number; readonly waiting: number }) {
  const parts = [
    ...(running > 0 ? [`${running} more in progress`] : []),
    ...(waiting > 0 ? [`${waiting} more waiting`] : []),
  ];
  return parts.length === 0 ? undefined : <Toned tone="aside">… {parts.join(", ")}</Toned>;
}

interface BarProps extends Props {
  readonly time: number;
}

function Bar({ progress, time, interrupting }: BarProps) {
  const { columns } = useSurroundings();
  const farthest = useRef(0);
  const elapsed = Math.max(0, (time - progress.begin) / 1000);
  const left = secondsLeft(progress.steps, time);
  // The bar does not move backwards if the forecast grows, and is not full before the last step is done.
  farthest.current = Math.max(
    farthest.current,
    Math.min(0.99, elapsed + left === 0 ? 0 : elapsed / (elapsed + left)),
  );
  const share = farthest.current;
  const done = stepsIn(progress, "done").length;
  // Steps that will not start take no time.
  const rest = interrupting ? "" : `, ${roughly(left)} left`;
  const words = ` ${Math.round(share * 100)} %, ${done} of ${progress.steps.size} steps${rest}`;
  const width = Math.max(0, Math.min(WIDEST_BAR, columns - words.length - 1));
  const full = Math.round(width * share);
  return (
    <Toned wrap="truncate-end">
      <Toned tone="good">{"━".repeat(full)}</Toned>
      <Toned tone="aside">{"─".repeat(width - full)}</Toned>
      {words}
    </Toned>
  );
}

/** A forecast to the second would only flicker. */
function roughly(seconds: number): string {
  if (seconds < 10) return "a few seconds";
  if (seconds < 90) return `about ${Math.round(seconds / 10) * 10} s`;
  return `about ${Math.round(seconds / 60)} min`;
}

function Stopping({ progress }: { readonly progress: Progress }) {
  const inFlight = stepsIn(progress, "running").length;
  return (
    <Toned tone="doubtful" bold wrap="truncate-end">
      Stopping: {plural(inFlight, "step")} in progress. Press Ctrl-C again to stop at once.
    </Toned>
  );
}
