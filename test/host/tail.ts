import { closeSync, type FSWatcher, openSync, readSync, watch, writeFileSync } from 'node:fs';

/** Shows what other processes append to a file, as it comes. */
export class Tail {
  readonly #file: number;
  readonly #watcher: FSWatcher;
  readonly #buffer = Buffer.alloc(64 * 1024);
  readonly #show: (bytes: Buffer) => void;

  constructor(path: string, show: (bytes: Buffer) => void) {
    writeFileSync(path, '');
    this.#show = show;
    this.#file = openSync(path, 'r');
    this.#watcher = watch(path, () => this.#read());
  }

  /** Shows the rest. */
  close(): void {
    this.#watcher.close();
    this.#read();
    closeSync(this.#file);
  }

  #read(): void {
    for (;;) {
      const length = readSync(this.#file, this.#buffer);
      if (length === 0) return;
      this.#show(Buffer.from(this.#buffer.subarray(0, length)));
    }
  }
}
