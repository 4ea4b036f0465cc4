/** What stands on a root volume: opaque to everything but this folder, and plain JSON. */
export type GuestDisk = Readonly<Record<string, unknown>>;

export interface GuestBoot {
  readonly instanceId: string;
  readonly family: string;
  readonly release: string;
  readonly disk?: GuestDisk | undefined;
  readonly userData?: Uint8Array | undefined;
  readonly startedAt: number;
  readonly misfortune?: "hangs" | "fails" | undefined;
}

export interface GuestPort {
  readonly port: number;
  readonly protocol: "http" | "tcp";
  readonly afterSeconds: number;
}

export interface GuestPlay {
  readonly console: readonly { readonly afterSeconds: number; readonly text: string }[];
  readonly outcome: "powered-off" | "running";
  readonly afterSeconds: number;
  readonly ports: readonly GuestPort[];
  readonly disk: GuestDisk;
}

export function playGuest(boot: GuestBoot): GuestPlay {
  return {
    console: [
      { afterSeconds: 1, text: `Linux version 6.1 (${boot.family} ${boot.release})` },
      { afterSeconds: 18, text: "Cloud-init v. 22.2.2 finished" },
    ],
    outcome: "running",
    afterSeconds: 20,
    ports: [{ port: 22, protocol: "tcp", afterSeconds: 12 }],
    disk: boot.disk ?? {},
  };
}

export function interruptedDisk(disk: GuestDisk): GuestDisk {
  return disk;
}
