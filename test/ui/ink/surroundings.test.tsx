import { expect, test } from "vitest";
import { Paragraph, Toned } from "../../../src/ui/ink/surroundings.tsx";
import { frameOf } from "./frame.tsx";

test("whatever is put into the picture is shown, and nothing of it is obeyed", () => {
  const name = "a\u202eb\u200bc\u009b2Jd";
  const shown = "a\\u202eb\\u200bc\\u009b2Jd";
  expect(frameOf(<Toned>{name}</Toned>)).toContain(shown);
  expect(
    frameOf(
      <Toned>
        before {name} <Toned bold>{name}</Toned> after
      </Toned>,
    ),
  ).toContain(`before ${shown} ${shown} after`);
  expect(frameOf(<Paragraph>{name}, and more</Paragraph>)).toContain(`${shown}, and more`);
});
