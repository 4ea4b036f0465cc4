import type { ImageHook, ImageRecipe, RecipeFile } from "./recipe.ts";
import { completeHooks } from "./runtime/complete-hooks.ts";

/** Completes the group's lifecycle hooks (`runtime/complete-hooks.ts`). */
const programPath = "/opt/reconcile/complete-hooks";

export const hooksUnit = "reconcile-hooks.service";

/** The names of the hooks that an image may complete: those of the group begin with `reconcile-`. */
export const hookNames = ["launch", "terminate"] as const;

/** The hooks of an image, by their names. */
export function hooksOf({ hooks = {} }: ImageRecipe): readonly (readonly [string, ImageHook])[] {
  return hookNames.flatMap((name) => {
    const hook = hooks[name];
    return hook === undefined ? [] : [[name, hook] as const];
  });
}

/** What completes the hooks of a server. None without hooks. */
export function hookFiles(recipe: ImageRecipe): readonly RecipeFile[] {
  const hooks = hooksOf(recipe);
  if (hooks.length === 0) return [];
  return [
    { path: programPath, mode: "0755", content: Buffer.from(completeHooks) },
    { path: `/etc/systemd/system/${hooksUnit}`, mode: "0644", content: Buffer.from(unit(hooks)) },
  ];
}

/**
 * The folder exists only during a build: a builder may be an instance of a group, but not of this image's. What root runs
 * is in the command, so that `nothing_is_writable` verifies that nobody else can change it. User=root, because
 * systemd sets HOME for services with a user alone.
 */
function unit(hooks: readonly (readonly [string, ImageHook])[]): string {
  const words = hooks.flatMap(([name, { run, failed }]) => [name, run, failed.toUpperCase()]);
  return `[Unit]
Description=Completes the lifecycle hooks of the server's Auto Scaling group
Wants=network-online.target
After=network-online.target application.service
ConditionPathExists=!/var/lib/reconcile
StartLimitIntervalSec=0

[Service]
Type=exec
User=root
ExecStart=${[programPath, ...words].join(" ")}
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
`;
}

/** `launch-hook=/usr/local/bin/warm-up,abandon` */
export function hookTexts(recipe: ImageRecipe): readonly string[] {
  return hooksOf(recipe).map(([name, { run, failed }]) => `${name}-hook=${run},${failed}`);
}
