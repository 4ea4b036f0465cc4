import { Box, Text, type TextProps, Transform } from "ink";
import { createContext, createElement, type ReactNode, useContext } from "react";
import type { Action } from "../../engine/plan-format.ts";
import type { PresentedTypes } from "../../engine/presentation.ts";
import { neutralizeLines } from "../text.ts";
import { NO_TYPES } from "../types.ts";

/** The space and settings for a component. */
export interface Surroundings {
  readonly columns: number;
  readonly rows: number;
  /** Whether colour is enabled. Signs and words say everything without it. */
  readonly colour: boolean;
  /** Whether the terminal knows hyperlinks, and they are wanted. */
  readonly links: boolean;
  /** Milliseconds since the epoch on the clock of the events. */
  readonly now: () => number;
  /** What the resource types say of themselves. */
  readonly types: PresentedTypes;
}

export const SurroundingsContext = createContext<Surroundings>({
  columns: 80,
  rows: 24,
  colour: false,
  links: false,
  now: Date.now,
  types: NO_TYPES,
});

/** The surroundings of the calling component. */
export function useSurroundings(): Surroundings {
  return useContext(SurroundingsContext);
}

/** The role of a text, which decides its colour. */
export type Tone = Action | "good" | "bad" | "doubtful" | "aside" | "plain";

/**
 * Only the terminal's own sixteen colours, because its theme makes them readable on its background. Gray is
 * the dimmed text colour, which is readable on every background.
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

/** Text in the colour of its role, if colour is enabled. */
export function Toned({ tone = "plain", bold = false, wrap = "wrap", children }: TonedProps) {
  const { colour } = useSurroundings();
  const props = { ...(colour ? COLOURS[tone] : {}), bold, wrap };
  return createElement(Text, props, ...neutral(children));
}

interface ParagraphProps {
  readonly tone?: Tone;
  readonly bold?: boolean;
  /** The indentation of further lines. */
  readonly hang?: number;
  readonly children: ReactNode;
}

/**
 * Text of one or more lines. Ink keeps the space at which it wraps, so a line would begin with it. Use
 * this component for every text that may wrap. These components do not nest.
 */
export function Paragraph({ tone, bold, hang = 0, children }: ParagraphProps) {
  const trimmed = (
    <Transform transform={(line, index) => (index === 0 ? line : shifted(line, hang))}>
      <Toned {...(tone && { tone })} {...(bold && { bold })}>
        {children}
      </Toned>
    </Transform>
  );
  // All lines leave room for the indentation of further lines.
  return hang === 0 ? trimmed : <Box paddingRight={hang}>{trimmed}</Box>;
}

/** The blanks that a line begins with, behind the colours that it begins with. */
const BLANKS = new RegExp(`^((?:${"\u001b"}\\[[\\d;]*m)*)( *)`);

/** The line with so many blanks in place of those that it begins with. */
function shifted(line: string, blanks: number): string {
  return line.replace(BLANKS, (_all, colours: string) => " ".repeat(blanks) + colours);
}

/** Every text on the screen passes here, so the terminal never executes any of it. */
function neutral(children: ReactNode): readonly ReactNode[] {
  if (Array.isArray(children)) return children.flatMap(neutral);
  return [typeof children === "string" ? neutralizeLines(children) : children];
}
