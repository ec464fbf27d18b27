import { randomUUID } from 'node:crypto';
import type { Disposable } from '../../base/emitter';
import { textOf } from './record';
import type { SecretStore } from './secretRecords';

/** A secret that is there while everything is being removed. */
export const removalKey = 'kiroModels.removal';

/**
 * Tells every window that all data was removed, so that each forgets what it has in memory, too. A secret comes and goes for
 * it: of a change of those all windows hear, and of nothing else.
 */
export class RemovalSignal implements Disposable {
  private isUnderWay = false;
  private readonly changes: Disposable;

  constructor(
    private readonly secrets: SecretStore,
    /** Everything is gone: this window is to start over. */
    private readonly onRemoved: () => void,
    private readonly reportFailure: (error: unknown) => void,
  ) {
    this.changes = secrets.onDidChange(({ key }) => {
      if (key === removalKey) this.look();
    });
  }

  dispose(): void {
    this.changes.dispose();
  }

  /** Begins, in this window and all others. */
  async begin(): Promise<void> {
    this.isUnderWay = true;
    // With a stamp: what has none, a page in a browser takes for something of another release, which nobody deletes.
    const text = textOf({ generation: 0, revision: 0, id: randomUUID() });
    await this.secrets.store(removalKey, text);
  }

  /** Ends, once everything is gone. */
  async end(): Promise<void> {
    await this.secrets.delete(removalKey);
    this.heard(undefined);
  }

  /** Looks what another window does, where it may have said something that was not heard. */
  look(): void {
    this.secrets.get(removalKey).then((stored) => this.heard(stored), this.reportFailure);
  }

  private heard(stored: string | undefined): void {
    const isOver = this.isUnderWay && stored === undefined;
    this.isUnderWay = stored !== undefined;
    if (isOver) this.onRemoved();
  }
}
