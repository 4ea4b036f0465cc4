import { z } from "zod";
import { Mistake } from "./scalar.ts";

/** A key of a mapping that people choose. zod passes keys on as they are, so `check` only says what is wrong with one. */
export function mappingKey(check: (key: string) => string | Mistake | undefined) {
  return z.string().check((context) => {
    const checked = check(context.value);
    if (!(checked instanceof Mistake)) return;
    context.issues.push({
      code: "custom",
      message: checked.message,
      params: { help: checked.help },
      input: context.value,
    });
  });
}
