import pty from "@lydell/node-pty";
import headless, { type Terminal as Emulator } from "@xterm/headless";

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
/** A picture is due every 83 ms; looking twice as often misses none. */
const LOOK_EVERY = 40;

/** A command in a real pseudo-terminal, and the screen that a person would see. */
export class Terminal {
  readonly #process: pty.IPty;
  readonly #screen: Emulator;
  /** Everything that was written, as bytes came. */
  written = "";
  readonly exited: Promise<number>;
  #isOver = false;

  constructor(command: readonly [string, ...string[]], options: TerminalOptions) {
    const { columns = 80, rows = 24, cwd, env = {} } = options;
    this.#screen = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: 2000,
      allowProposedApi: true,
    });
    const [file, ...argv] = command;
    this.#process = pty.spawn(file, argv, {
      cols: columns,
      rows,
      cwd,
      // No CI, no NO_COLOR, no AWS settings of whoever runs this.
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: cwd,
        LANG: "C.UTF-8",
        TERM: "xterm-256color",
        ...env,
      },
    });
    this.#process.onData((data) => {
      this.written += data;
      this.#screen.write(data);
    });
    this.exited = new Promise((resolve) => {
      this.#process.onExit(({ exitCode, signal = 0 }) => {
        this.#isOver = true;
        // As a shell tells of a process that a signal ended.
        resolve(signal === 0 ? exitCode : 128 + signal);
      });
    });
  }

  type(keys: string): void {
    this.#process.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#process.resize(columns, rows);
    this.#screen.resize(columns, rows);
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    this.#process.kill(name);
  }

  /** Closes the window: the system tells who leads the session, and so does the terminal. */
  hangUp(): void {
    (this.#process as pty.IPty & { destroy(): void }).destroy();
  }

  /** Everything on the screen and above it, without the blank rows at its end. */
  async lines(): Promise<string[]> {
    return this.#rows(0);
  }

  /** The rows that are on the screen now. */
  async screen(): Promise<string[]> {
    return this.#rows(this.#screen.buffer.active.baseY);
  }

  /** The emulator, once it has shown all that was written. */
  async emulator(): Promise<Emulator> {
    await new Promise<void>((resolve) => this.#screen.write("", resolve));
    return this.#screen;
  }

  /**
   * Waits until the screen shows it.
   *
   * @throws Error with the screen's last state when it never does.
   */
  async shows(text: RegExp, milliseconds = 40_000): Promise<string[]> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const isOver = this.#isOver;
      const lines = await this.lines();
      if (text.test(lines.join("\n"))) return lines;
      if (isOver || Date.now() > deadline) {
        throw new Error(`${text} was not shown, but:\n${lines.join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }

  get isCursorVisible(): boolean {
    return this.written.lastIndexOf(SHOW_CURSOR) >= this.written.lastIndexOf(HIDE_CURSOR);
  }

  /** Ends what still runs. */
  close(): void {
    if (!this.#isOver) this.#process.kill("SIGKILL");
    this.#screen.dispose();
  }

  async #rows(from: number): Promise<string[]> {
    const { active } = (await this.emulator()).buffer;
    const lines = Array.from({ length: active.length - from }, (_, row) =>
      (active.getLine(from + row)?.translateToString(true) ?? "").trimEnd(),
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }
}
