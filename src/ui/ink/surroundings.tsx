import { Box, Text, type TextProps, Transform } from "ink";
import { createContext, createElement, type ReactNode, useContext } from "react";
import type { Action } from "../../engine/plan-format.ts";
import { neutralizeLines } from "../text.ts";

/** What a component has to fit into. */
export interface Surroundings {
  readonly columns: number;
  readonly rows: number;
  /** Whether colour is wanted; signs and words tell everything without it. */
  readonly colour: boolean;
  /** Whether the terminal knows hyperlinks, and they are wanted. */
  readonly links: boolean;
  /** Milliseconds since the epoch on the clock of the events. */
  readonly now: () => number;
}

export const SurroundingsContext = createContext<Surroundings>({
  columns: 80,
  rows: 24,
  colour: false,
  links: false,
  now: Date.now,
});

/** Of the component that asks. */
export function useSurroundings(): Surroundings {
  return useContext(SurroundingsContext);
}

/** What a piece of text is, from which its colour follows. */
export type Tone = Action | "good" | "bad" | "doubtful" | "aside" | "plain";

/**
 * Only the terminal's own sixteen colours, which its theme makes readable on its background; gray is
 * the terminal's text made fainter, not a colour that one background swallows.
 */
const COLOURS: Readonly<Record<Tone, TextProps>> = {
  create: { color: "green" },
  update: { color: "yellow" },
  replace: { color: "magenta" },
  delete: { color: "red" },
  keep: { dimColor: true },
  good: { color: "green" },
  bad: { color: "red" },
  doubtful: { color: "yellow" },
  aside: { dimColor: true },
  plain: {},
};

interface TonedProps {
  readonly tone?: Tone;
  readonly bold?: boolean;
  readonly wrap?: NonNullable<TextProps["wrap"]>;
  readonly children: ReactNode;
}

/** Text in the colour of what it says, where colour is wanted. */
export function Toned({ tone = "plain", bold = false, wrap = "wrap", children }: TonedProps) {
  const { colour } = useSurroundings();
  const props = { ...(colour ? COLOURS[tone] : {}), bold, wrap };
  return createElement(Text, props, ...neutral(children));
}

interface ParagraphProps {
  readonly tone?: Tone;
  readonly bold?: boolean;
  /** How far further lines stand to the right of the first. */
  readonly hang?: number;
  readonly children: ReactNode;
}

/**
 * Text of one or more lines. Ink keeps the space at which it wraps, so a line would begin with it. Every
 * text that may be wrapped is one of these; they do not nest.
 */
export function Paragraph({ tone, bold, hang = 0, children }: ParagraphProps) {
  const trimmed = (
    <Transform
      transform={(line, index) => (index === 0 ? line : " ".repeat(hang) + line.trimStart())}
    >
      <Toned {...(tone && { tone })} {...(bold && { bold })}>
        {children}
      </Toned>
    </Transform>
  );
  // The room that further lines need is kept free in all of them.
  return hang === 0 ? trimmed : <Box paddingRight={hang}>{trimmed}</Box>;
}

/** Every text of the picture goes through here: none of it is obeyed by the terminal, whoever wrote it. */
function neutral(children: ReactNode): readonly ReactNode[] {
  if (Array.isArray(children)) return children.flatMap(neutral);
  return [typeof children === "string" ? neutralizeLines(children) : children];
}
