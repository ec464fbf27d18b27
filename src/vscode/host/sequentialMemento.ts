import type * as vscode from 'vscode';

/**
 * VS Code's `globalState`, with one write at a time. VS Code answers each write with all values as they are stored then,
 * and they replace those in memory: what was changed since that write was sent is lost, in memory and on disk, and its
 * promise is fulfilled all the same (seen on 1.133 and 1.139; microsoft/vscode#171827).
 */
export class SequentialMemento implements vscode.Memento {
  /** What goes with the next write. It counts at once, as in VS Code's own. */
  private readonly waiting = new Map<string, unknown>();
  private next: Promise<void> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly memento: vscode.Memento) {}

  keys(): readonly string[] {
    const keys = new Set([...this.memento.keys(), ...this.waiting.keys()]);
    return [...keys].filter((key) => this.get(key) !== undefined);
  }

  get<T>(key: string): T | undefined;
  get<T>(key: string, usual: T): T;
  get<T>(key: string, usual?: T): T | undefined {
    if (!this.waiting.has(key)) return this.memento.get<T | undefined>(key, usual);
    return (this.waiting.get(key) as T | undefined) ?? usual;
  }

  /** Settles once it is stored. Throws what VS Code throws, for all that went with the same write. */
  update(key: string, value: unknown): Promise<void> {
    this.waiting.set(key, value);
    if (!this.next) {
      this.next = this.last.then(() => this.write());
      this.last = this.next.catch(() => undefined);
    }
    return this.next;
  }

  private async write(): Promise<void> {
    const changes = [...this.waiting];
    this.waiting.clear();
    this.next = undefined;
    await Promise.all(changes.map(([key, value]) => this.memento.update(key, value)));
  }
}
