/** Ends the shell, after `exit` or a failed command. */
export class ShellExit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/** `break`, `continue` and `return`. */
export class ShellJump extends Error {
  readonly to: "break" | "continue" | "return";
  readonly status: number;

  constructor(to: "break" | "continue" | "return", status: number) {
    super(to);
    this.to = to;
    this.status = status;
  }
}
