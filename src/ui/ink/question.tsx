import { Box, useInput, usePaste } from "ink";
import { useState } from "react";
import { neutralize } from "../text.ts";
import type { Approval } from "../view.ts";
import { consequence } from "../wording.ts";
import { Toned } from "./surroundings.tsx";

interface Props {
  readonly approval: Approval;
  readonly onAnswer: (answer: string) => void;
  /** Left without an answer. */
  readonly onLeave: () => void;
}

/** Asks for what a change needs, and says what it will do. */
export function Question({ approval, onAnswer, onLeave }: Props) {
  const [typed, setTyped] = useState("");
  useInput((input, key) => {
    if (key.return) onAnswer(typed);
    else if (key.escape || (key.ctrl && input === "d")) onLeave();
    else if (key.backspace || key.delete) setTyped((text) => text.slice(0, -1));
    else if (key.ctrl && input === "u") setTyped("");
    else if (!key.ctrl && !key.meta) type(input);
  });
  usePaste(type);
  return (
    <Box marginTop={1}>
      <Asked approval={approval} answer={typed} caret />
    </Box>
  );

  /** Keys typed while the screen was busy come together, the return among them. */
  function type(input: string): void {
    const [line = "", ...rest] = input.split(/[\r\n]/);
    const text = typed + line.replace(/\p{Cc}/gu, "");
    setTyped(text);
    if (rest.length > 0) onAnswer(text);
  }
}

interface AskedProps {
  readonly approval: Approval;
  readonly answer: string;
  readonly caret?: boolean;
}

/** The question with what was typed, as it is asked and as it stays on the screen. */
export function Asked({ approval, answer, caret = false }: AskedProps) {
  return (
    <Box flexDirection="column">
      <Toned bold>{neutralize(consequence(approval.document))}</Toned>
      <Toned>
        {approval.kind === "confirm" ? (
          "Go ahead? (y/N) "
        ) : (
          <>
            It cannot be undone. Type the stack's name,{" "}
            <Toned bold>{neutralize(approval.name)}</Toned>, to go ahead:{" "}
          </>
        )}
        <Toned bold>{neutralize(answer)}</Toned>
        {caret ? "▏" : ""}
      </Toned>
    </Box>
  );
}
