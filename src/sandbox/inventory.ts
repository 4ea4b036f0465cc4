import type { World } from "./world.ts";

/** One thing that exists, as plain data. */
export interface InventoryItem {
  readonly region: string;
  readonly id: string;
  readonly name?: string;
  readonly state?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What exists, by type; the truth, not what readers see yet. */
export type Inventory = Readonly<Record<string, readonly InventoryItem[]>>;

/** Types without objects are left out, and so is what is as good as gone (a terminated instance). */
export function takeInventory(world: World): Inventory {
  const inventory: Record<string, InventoryItem[]> = {};
  for (const regionName of Object.keys(world.state.regions)) {
    const region = world.region(regionName);
    for (const type of world.services.flatMap((service) => service.tables)) {
      for (const [id, value] of region.table(type).entries()) {
        const item = type.view?.(value, id);
        if (item === undefined) continue;
        inventory[type.name] ??= [];
        inventory[type.name]?.push({ region: regionName, ...item });
      }
    }
  }
  return inventory;
}
