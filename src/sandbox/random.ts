/** A seeded generator whose whole state is one 32-bit integer, so that it can be saved. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** This many lower-case hexadecimal digits, as in AWS's resource ids. */
  hex(digits: number): string;
}

/** Mulberry32: small, fast, and good enough for ids and jitter. `save` receives each new state. */
export function createRandom(seed: number, save: (state: number) => void): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    save(state);
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    hex(digits) {
      let text = "";
      while (text.length < digits) {
        text += Math.floor(next() * 0x1000000)
          .toString(16)
          .padStart(6, "0");
      }
      return text.slice(0, digits);
    },
  };
}

/** A time in milliseconds: uniform between two numbers of seconds. */
export function drawn(random: Random, [least, most]: readonly [number, number]): number {
  return Math.round((least + (most - least) * random.next()) * 1000);
}
