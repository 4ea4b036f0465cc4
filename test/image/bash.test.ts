import { expect, test } from "vitest";
import { bash } from "../../src/image/bash.ts";

test("bash stays as written, without its comments", () => {
  const script = bash`
# step NAME…: not part of the script
echo "\${name}" '\n' "${"value"}"
`;
  expect(script).toBe(`echo "\${name}" '\\n' "value"`);
});

test("bash outside ASCII is refused, because the bundled program would contain other characters", () => {
  expect(() => bash`echo '…'`).toThrow(TypeError);
});
