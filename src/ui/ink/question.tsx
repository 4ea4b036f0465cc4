import { Box, useInput, usePaste } from "ink";
import { useRef, useState } from "react";
import { forecastSeconds, forecastWords } from "../forecast.ts";
import { neutralize } from "../text.ts";
import { CONFIRM, consequence, IRREVERSIBLE, TYPE_NAME } from "../wording.ts";
import type { Asking } from "./screen-state.ts";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";
import { type TypedLine, typeInto } from "./typed-line.ts";

interface Props {
  readonly asked: Asking;
  readonly onAnswer: (answer: string) => void;
  /** The user left without an answer. */
  readonly onLeave: () => void;
}

/** Says what a plan will do and how long it takes, and asks for approval. */
export function Question({ asked, onAnswer, onLeave }: Props) {
  // More keys can come before the next picture is drawn.
  const typed = useRef<TypedLine>({ text: "", isComplete: false });
  const [shown, setShown] = useState("");
  useInput((input, key) => {
    if (key.return) type("\r");
    else if (key.escape || (key.ctrl && input === "d")) onLeave();
    else if (key.backspace || key.delete) type("\b");
    else if (key.ctrl && input === "u") type("\u0015");
    else if (!key.ctrl && !key.meta) type(input);
  });
  usePaste(type);
  return (
    <Box marginTop={1}>
      <Asked asked={asked} answer={shown} caret />
    </Box>
  );

  function type(input: string): void {
    typed.current = typeInto(typed.current, input);
    setShown(typed.current.text);
    if (typed.current.isComplete) onAnswer(typed.current.text);
  }
}

interface AskedProps {
  readonly asked: Asking;
  readonly answer: string;
  readonly caret?: boolean;
}

/** The question and the answer typed so far, while it is asked and afterwards. */
export function Asked({ asked, answer, caret = false }: AskedProps) {
  const { approval, desired, sandbox } = asked;
  const { document } = approval;
  const { types } = useSurroundings();
  return (
    <Box flexDirection="column">
      <Paragraph bold>{consequence(document, sandbox !== undefined)}</Paragraph>
      <Paragraph>{forecastWords(forecastSeconds(document, types, desired), sandbox)}</Paragraph>
      {approval.kind === "type-name" ? <Paragraph>{IRREVERSIBLE}</Paragraph> : undefined}
      <Paragraph>
        {approval.kind === "confirm" ? (
          CONFIRM
        ) : (
          <>
            {TYPE_NAME[0]}
            <Toned bold>{neutralize(approval.name)}</Toned>
            {TYPE_NAME[1]}
          </>
        )}
        <Toned bold>{neutralize(answer)}</Toned>
        {caret ? "▏" : ""}
      </Paragraph>
    </Box>
  );
}
