import type { InventoryItem } from "./table.ts";
import type { World } from "./world.ts";

/** All existing objects by type. The real state, not the delayed view of readers. */
export type Inventory = Readonly<Record<string, readonly InventoryItem[]>>;

/** Omits types without objects, and objects that are effectively gone, such as terminated instances. */
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
