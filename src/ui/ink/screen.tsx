import {
  Box,
  render,
  renderToString,
  Static,
  useAnimation,
  useApp,
  useInput,
  useStdin,
  useWindowSize,
} from "ink";
import { useMemo, useRef, useSyncExternalStore } from "react";
import { neutralize } from "../text.ts";
import { NO_TYPES } from "../types.ts";
import type { OutputStream } from "../view.ts";
import { sandboxWords } from "../wording.ts";
import { EndingRows, StepLine } from "./ending-rows.tsx";
import { PlanSummary } from "./plan-summary.tsx";
import { ProgressRows } from "./progress-rows.tsx";
import { Asked, Question } from "./question.tsx";
import { foldedRows } from "./reflow.ts";
import { OutputRows } from "./rows.tsx";
import type { ScreenState, Scrolled, Told } from "./screen-state.ts";
import { StatusSummary, Watched } from "./status-summary.tsx";
import type { Store } from "./store.ts";
import { Paragraph, SurroundingsContext, Toned } from "./surroundings.tsx";

/** Slow enough for a terminal over a slow line, and fast enough for the eye. */
const FRAMES_A_SECOND = 12;

export interface ScreenOptions {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & Pick<OutputStream, "columns" | "rows">;
  readonly colour: boolean;
  readonly links: boolean;
  /** Whether the terminal wraps existing lines when it becomes narrower. */
  readonly foldsLines: boolean;
  /** Ctrl-C. In raw mode it is a key, not a signal. */
  readonly onInterrupt: () => void;
  /** Ctrl-Z, likewise. Resolves once the program continues. */
  readonly suspend: (() => Promise<void>) | undefined;
  readonly onAnswer: (answer: string) => void;
  /** The key q, which ends a watch. */
  readonly onQuit: () => void;
  readonly onLeave: () => void;
  /** The screen itself failed and has closed. */
  readonly onFailure: (error: Error) => void;
}

export interface MountedScreen {
  /** Resolves once everything is written and the terminal is restored. */
  unmount(): Promise<void>;
  /** Keeps the picture and restores the terminal, without waiting for anything. */
  leave(): void;
}

/** Draws the state on the terminal and keeps it up to date. */
export function mountScreen(
  store: Store<ScreenState, Told>,
  options: ScreenOptions,
): MountedScreen {
  const { stdin, stdout } = options;
  const stopErasing = eraseFolds(store, options);
  const mounted = render(<Screen store={store} options={options} />, {
    stdin,
    stdout,
    // The command handles interrupts, because it finishes the calls in progress.
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: FRAMES_A_SECOND,
    incrementalRendering: true,
    interactive: true,
  });
  const exit = mounted.waitUntilExit();
  exit.catch(options.onFailure);
  return {
    async unmount() {
      await mounted.waitUntilRenderFlush();
      mounted.unmount();
      stopErasing();
      await exit;
    },
    leave: () => mounted.unmount(),
  };
}

/**
 * Ink erases as many rows as it wrote. If the terminal became narrower and wrapped them, there are more
 * rows now, and the rest of the old picture would stay above the new one.
 */
function eraseFolds(store: Store<ScreenState, Told>, options: ScreenOptions): () => void {
  const { stdout } = options;
  let { columns } = sizeOf(stdout);
  const resized = () => {
    const before = columns;
    const size = sizeOf(stdout);
    columns = size.columns;
    if (columns >= before || !options.foldsLines) return;
    const { now = Date.now, types = NO_TYPES } = store.get().subject ?? {};
    const surroundings = {
      columns: before,
      rows: size.rows,
      colour: false,
      links: false,
      now,
      types,
    };
    const picture = renderToString(
      <SurroundingsContext value={surroundings}>
        <LiveRows state={store.get()} options={options} />
      </SurroundingsContext>,
      { columns: before },
    );
    const folded = Math.min(foldedRows(picture.split("\n"), columns), size.rows - 1);
    if (folded > 0) stdout.write(ERASE_LINE_AND_GO_UP.repeat(folded));
  };
  stdout.prependListener("resize", resized);
  return () => stdout.off("resize", resized);
}

const ERASE_LINE_AND_GO_UP = "\u001b[2K\u001b[1A";

function sizeOf(stdout: ScreenOptions["stdout"]): { columns: number; rows: number } {
  const { columns = 80, rows = 24 } = stdout;
  return { columns, rows };
}

interface Props {
  readonly store: Store<ScreenState, Told>;
  readonly options: ScreenOptions;
}

function Screen({ store, options }: Props) {
  const state = useSyncExternalStore(store.subscribe, store.get);
  const { columns, rows } = useWindowSize();
  const { colour, links } = options;
  const { now = Date.now, types = NO_TYPES } = state.subject ?? {};
  const surroundings = useMemo(
    () => ({ columns, rows, colour, links, now, types }),
    [columns, rows, colour, links, now, types],
  );
  // Also prevents the terminal from echoing keys into the picture while no question is asked.
  const { isRawModeSupported } = useStdin();
  const stop = useStop(options.suspend);
  useInput(
    (input, key) => {
      for (const letter of key.ctrl ? [input] : controlLetters(input)) {
        if (letter === "c") options.onInterrupt();
        if (letter === "z") stop();
      }
      if (input.includes("q")) options.onQuit();
    },
    { isActive: isRawModeSupported },
  );
  // Ink draws at once, beyond its frame limit, whenever this is rendered. So it is rendered only for new lines.
  const scrolled = useMemo(
    () => (
      <Static items={[...state.scrolled]}>
        {(item, index) => (
          // New lines are only appended, never inserted before lines that have scrolled away.
          <Box key={index} width={columns} flexDirection="column">
            <ScrolledRows item={item} />
          </Box>
        )}
      </Static>
    ),
    [state.scrolled, columns],
  );
  return (
    <SurroundingsContext value={surroundings}>
      {scrolled}
      <LiveRows state={state} options={options} />
    </SurroundingsContext>
  );
}

/** Keys that are pressed quickly, or while the program is busy, arrive as one text instead of single keys. */
function controlLetters(input: string): readonly string[] {
  return [...input].map((character) => CONTROL_LETTERS[character] ?? "");
}

const CONTROL_LETTERS: Readonly<Record<string, string>> = { "\u0003": "c", "\u001a": "z" };

/** Restores the terminal while the program is stopped, and draws again when it continues. */
function useStop(suspend: (() => Promise<void>) | undefined): () => void {
  const { suspendTerminal } = useApp();
  const isStopped = useRef(false);
  return () => {
    // The key may arrive twice before the first one has stopped the program.
    if (suspend === undefined || isStopped.current) return;
    isStopped.current = true;
    void suspendTerminal(suspend).finally(() => {
      isStopped.current = false;
    });
  };
}

/** What is written once and stays on the terminal. */
export function ScrolledRows({ item }: { readonly item: Scrolled }) {
  switch (item.kind) {
    case "sandbox":
      return (
        <Box marginBottom={1}>
          <Paragraph tone="aside">{sandboxWords(item)}</Paragraph>
        </Box>
      );
    case "plan":
      return (
        <PlanSummary
          document={item.document}
          desired={item.desired}
          live={item.live}
          isSandbox={item.isSandbox}
        />
      );
    case "plan-saved":
      return (
        <Box flexDirection="column" marginTop={1}>
          <Paragraph>
            Saved to {neutralize(item.file)}. To make exactly these changes, run:
          </Paragraph>
          <Box paddingLeft={2}>
            <Toned bold>{neutralize(item.command)}</Toned>
          </Box>
        </Box>
      );
    case "answer":
      return (
        <Box marginTop={1}>
          <Asked asked={item.asked} answer={item.answer} />
        </Box>
      );
    case "gap":
      return <Toned> </Toned>;
    case "step":
      return <StepLine step={item.step} />;
    case "ending":
      return item.progress.ending === undefined ? undefined : (
        <EndingRows progress={item.progress} ending={item.progress.ending} next={item.next} />
      );
    case "nothing":
      return item.why === "declined" ? (
        <Toned>Nothing has changed.</Toned>
      ) : (
        <OutputRows outputs={item.outputs} />
      );
    case "status":
      return (
        <StatusSummary
          document={item.document}
          looking={{ now: item.now, isSandbox: item.isSandbox }}
        />
      );
  }
}

interface LiveProps {
  readonly state: ScreenState;
  readonly options: Pick<ScreenOptions, "onAnswer" | "onLeave">;
}

/** The live part at the bottom of the screen. */
export function LiveRows({ state, options }: LiveProps) {
  if (state.watched !== undefined) {
    return <Watched {...state.watched} isSandbox={state.subject?.sandbox !== undefined} />;
  }
  const { asking, progress, activity, interrupting } = state;
  if (asking !== undefined) {
    return <Question asked={asking} onAnswer={options.onAnswer} onLeave={options.onLeave} />;
  }
  if (progress !== undefined)
    return <ProgressRows progress={progress} interrupting={interrupting} />;
  if (activity === undefined) return undefined;
  return <Activity message={activity} interrupting={interrupting} />;
}

const DOTS = ["·  ", "·· ", "···", " ··", "  ·", "   "] as const;
const DOTS_INTERVAL = 200;

interface ActivityProps {
  readonly message: string;
  readonly interrupting: boolean;
}

function Activity({ message, interrupting }: ActivityProps) {
  const { frame } = useAnimation({ interval: DOTS_INTERVAL });
  return (
    <Box>
      <Toned tone="aside" wrap="truncate-end">
        {interrupting ? "Stopping. Press Ctrl-C again to stop at once." : `${neutralize(message)} `}
      </Toned>
      <Toned tone="aside">{interrupting ? "" : DOTS[frame % DOTS.length]}</Toned>
    </Box>
  );
}
