import { Box } from "ink";
import type { PendingItem } from "../../engine/errors.ts";
import type { FailureDescription } from "../../engine/events.ts";
import { type FailureLine, failureLines } from "../failure-text.ts";
import { pendingEnd, pendingLines } from "../pending-lines.ts";
import { neutralId, shownId } from "../shown-id.ts";
import { describeSeconds, neutralize, plural } from "../text.ts";
import type { NextCommand } from "../view.ts";
import {
  doneSummary,
  keptWords,
  NOT_DONE,
  NOT_TRIED,
  resumeWords,
  stepPart,
  stepWords,
  VERB_DONE,
} from "../wording.ts";
import {
  type Ending,
  type Progress,
  type SettledStep,
  type StepProgress,
  stepsIn,
} from "./progress.ts";
import { OutputRows } from "./rows.tsx";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";

/** The line of a finished step. The end of the run says why it failed. */
export function StepLine({ step }: { readonly step: SettledStep }) {
  const { notes = [] } = step;
  if (notes.length === 0) return <SettledLine step={step} />;
  return (
    <Box flexDirection="column">
      <SettledLine step={step} />
      {notes.map((note) => (
        <Box key={note} paddingLeft={2}>
          <Paragraph tone="doubtful" hang={2}>
            note: {neutralize(note)}
          </Paragraph>
        </Box>
      ))}
    </Box>
  );
}

function SettledLine({ step }: { readonly step: SettledStep }) {
  const { types } = useSurroundings();
  // The line of a delete ends with the id anyway.
  const part = step.verb === "delete" ? "" : stepPart(step, types);
  if (step.state === "failed") {
    return (
      <Paragraph hang={2}>
        <Toned tone="bad">✗</Toned> {neutralize(step.address)}{" "}
        <Toned tone="bad">could not be {VERB_DONE[step.verb]}</Toned>
      </Paragraph>
    );
  }
  return (
    <Paragraph hang={2}>
      <Toned tone="good">✓</Toned> {neutralize(step.address)} {VERB_DONE[step.verb]} in{" "}
      {describeSeconds(step.seconds ?? 0)}
      {part === "" ? "" : `, ${neutralize(part)}`}
      {step.id === undefined ? "" : <Toned tone="aside"> {neutralId(step.id)}</Toned>}
    </Paragraph>
  );
}

interface Props {
  readonly progress: Progress;
  readonly ending: Ending;
  readonly next?: NextCommand | undefined;
}

/** How an apply or a destroy ended, and what to do next. */
export function EndingRows({ progress, ending, next }: Props) {
  const { ok, interrupted, summary, seconds, apiCalls, outputs, pending = [] } = ending;
  const took = `${doneSummary(summary, ok)} in ${describeSeconds(seconds)}, with ${plural(apiCalls, "API call")}.`;
  if (ok) {
    return (
      <Box flexDirection="column" marginTop={1}>
        <Paragraph hang={2}>
          <Toned tone="good" bold>
            ✓ Done
          </Toned>
          : {took}
        </Paragraph>
        <OutputRows outputs={outputs} />
        <PendingRows pending={pending} />
        {pending.length === 0 ? undefined : (
          <Box marginTop={1}>
            <Paragraph>{pendingEnd(pending)}</Paragraph>
          </Box>
        )}
      </Box>
    );
  }
  const [before, command, after] = resumeWords(next);
  const begun = leftOf(progress).some(({ since }) => since !== undefined);
  return (
    <Box flexDirection="column" marginTop={1}>
      <Paragraph hang={2}>
        <Toned tone="bad" bold>
          ✗ {interrupted ? "Interrupted" : "Failed"}
        </Toned>
        : {took}
      </Paragraph>
      <Causes progress={progress} />
      {ending.error === undefined ? undefined : <Cause words={ending.error} />}
      <Left progress={progress} interrupted={interrupted} />
      <Exists progress={progress} />
      <PendingRows pending={pending} />
      <Box marginTop={1}>
        <Paragraph>
          {keptWords(begun)} {before}
          <Toned bold>{neutralize(command)}</Toned>
          {after}
        </Paragraph>
      </Box>
    </Box>
  );
}

/** What only somebody outside can do. */
function PendingRows({ pending }: { readonly pending: readonly PendingItem[] }) {
  return pendingLines(pending).map(({ head, remedy, copied }) => (
    <Box key={head} flexDirection="column" marginTop={1}>
      <Paragraph hang={2}>
        <Toned tone="doubtful" bold>
          Pending
        </Toned>
        : {head}
      </Paragraph>
      <Box paddingLeft={2}>
        <Paragraph hang={2}>→ {remedy}</Paragraph>
      </Box>
      {copied.map((line) => (
        // The terminal itself folds a longer line, and copies it as one.
        <Box key={line} paddingLeft={4}>
          <Box width={line.length} flexShrink={0}>
            <Toned bold>{line}</Toned>
          </Box>
        </Box>
      ))}
    </Box>
  ));
}

/** Every root cause once. Steps skipped because of it are not further errors. */
function Causes({ progress }: { readonly progress: Progress }) {
  return stepsIn(progress, "failed").map(({ key, address, verb, error }) => (
    <Cause
      key={key}
      head={`${neutralize(address)} could not be ${VERB_DONE[verb]}:`}
      words={error ?? { message: "no reason given" }}
    />
  ));
}

function Cause({ head, words }: { readonly head?: string; readonly words: FailureDescription }) {
  const said = failureLines(words);
  const [title, lines] = head === undefined ? [said[0]?.text ?? "", said.slice(1)] : [head, said];
  return (
    <Box flexDirection="column" marginTop={1}>
      <Paragraph hang={2}>
        <Toned tone="bad" bold>
          Error
        </Toned>
        : {title}
      </Paragraph>
      {numbered(lines).map(({ key, text, aside }) => (
        <Box key={key} paddingLeft={2 + indentOf(text)}>
          <Paragraph hang={2} tone={aside ? "aside" : "plain"}>
            {text.trimStart()}
          </Paragraph>
        </Box>
      ))}
    </Box>
  );
}

/** Equal lines may repeat, and lines never move. */
function numbered(lines: readonly FailureLine[]) {
  return lines.map((line, key) => ({ ...line, key }));
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

interface LeftProps {
  readonly progress: Progress;
  readonly interrupted: boolean;
}

function Left({ progress, interrupted }: LeftProps) {
  const { types } = useSurroundings();
  const why = interrupted ? NOT_DONE : NOT_TRIED;
  const lines = leftOf(progress).map((step) =>
    step.since === undefined
      ? stepWords(step, types)
      : `${stepWords(step, types)}: started, ${step.because ?? "with no result yet"}`,
  );
  return <Listed title={why} lines={lines} />;
}

function leftOf(progress: Progress): readonly StepProgress[] {
  return [...progress.steps.values()].filter(({ state }) => state !== "done" && state !== "failed");
}

function Exists({ progress }: { readonly progress: Progress }) {
  const lines = stepsIn(progress, "done").map(
    ({ address, verb, id }) =>
      `${address} ${VERB_DONE[verb]}${id === undefined ? "" : ` ${shownId(id)}`}`,
  );
  return <Listed title="Completed:" lines={lines} />;
}

function Listed({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return undefined;
  return (
    <Box flexDirection="column" marginTop={1}>
      <Toned>{title}</Toned>
      {lines.map((line) => (
        <Box key={line} paddingLeft={2}>
          <Paragraph>{neutralize(line)}</Paragraph>
        </Box>
      ))}
    </Box>
  );
}
