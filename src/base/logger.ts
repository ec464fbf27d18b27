/** Where diagnostics go. Messages carry ids, codes and sizes; never a token, a code or a body. */
export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
