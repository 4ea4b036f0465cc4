import { expect, test } from "vitest";
import { bash } from "../../src/image/bash.ts";

test("bash stays as written, without its comments", () => {
  const script = bash`
# step NAME…: not part of the script
echo "\${name}" '\n' "${"value"}"
`;
  expect(script).toBe(`echo "\${name}" '\\n' "value"`);
});

test("bash has no space but what separates words, and in a document of another language", () => {
  const inner = bash`
  python3 - <<'END'
for each in range(2):
    print(each)

END`;
  const script = bash`
f() {
  ${inner}

  echo 'a  b' \
    c
  {
    true
  } | cat
  for each; do
    cat <<END
x
END
  done
}`;
  expect(script.split("\n")).toEqual([
    ...["f() {", "python3 - <<'END'", "for each in range(2):", "    print(each)", "END"],
    ...[
      "echo 'a  b' c",
      "{",
      "true",
      " } | cat",
      "for each; do",
      "cat <<END",
      "x",
      "END",
      "done",
      "}",
    ],
  ]);
});

test("bash outside ASCII is refused, because the bundled program would contain other characters", () => {
  expect(() => bash`echo '…'`).toThrow(TypeError);
});
