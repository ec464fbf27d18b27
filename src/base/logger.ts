import { systemCodeOf } from './errors';

/** Where diagnostics go. Messages carry ids, codes and sizes; never a token, a code or a body. */
export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Says once in the log, and no more, that something cannot be had, with the system's code of the error. */
export function warnOnce(logger: Logger, sentence: string): (error: unknown) => void {
  let isTold = false;
  return (error) => {
    if (!isTold) logger.warn(`${sentence} (${systemCodeOf(error)}).`);
    isTold = true;
  };
}
