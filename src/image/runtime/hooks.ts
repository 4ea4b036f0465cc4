import { bash } from "../bash.ts";
import { hooksUnit } from "../hooks.ts";

/** The checks of the lifecycle hooks. */
export const hooks = bash`
# A folder can be "executed", too.
is_program() { ls -dlL -- "$1" && [ -f "$1" ] && [ -x "$1" ]; }

hooks_start_at_boot() { systemctl is-enabled ${hooksUnit}; }
`;
