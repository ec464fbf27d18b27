import { type sleep, timeLimit } from '../../base/async';
import type { Disposable } from '../../base/emitter';
import { KiroError } from '../../base/errors';
import { FileWatch } from '../../base/fileWatch';
import type { Logger } from '../../base/logger';
import type { Account, Origin } from '../account';
import type { AccountStore } from '../storage/accountStore';
import type { Sessions } from '../tokens/sessions';
import { sourceFile } from './linkedSource';
import type { NewLogins } from './newLogins';

export interface SourceWatcherDeps {
  accounts: AccountStore;
  sessions: Pick<Sessions, 'adoptFromSource'>;
  newLogins: Pick<NewLogins, 'look'>;
  /** Whether the person wants sources of this kind followed. */
  isFollowed: (kind: Origin['kind']) => boolean;
  /** Whether a source is on this machine. */
  isHere?: (origin: Origin) => boolean;
  /** Hears why accounts could not be looked at; whoever uses them says so to the person. */
  note: (error: unknown) => void;
  logger: Logger;
  wait?: typeof sleep;
}

const lookLimitMs = 60_000;

/**
 * Keeps up with the programs that accounts share a login with: newer tokens are adopted at once. Watched are the files
 * that accounts are linked to, and no others.
 */
export class SourceWatcher implements Disposable {
  private readonly watches = new Map<string, FileWatch>();
  private readonly closing = new AbortController();
  private readonly changes: Disposable;

  constructor(private readonly deps: SourceWatcherDeps) {
    this.changes = deps.accounts.onDidChange(() => this.begin());
    this.begin();
  }

  /** Looks at every file now, as after a sleep of the machine. */
  look(): void {
    for (const watch of this.watches.values()) watch.look();
  }

  dispose(): void {
    this.changes.dispose();
    this.closing.abort();
    for (const watch of this.watches.values()) watch.dispose();
  }

  private begin(): void {
    const { accounts, note } = this.deps;
    accounts.list().then((all) => this.watch(all), note);
  }

  private watch(all: readonly Account[]): void {
    if (this.closing.signal.aborted) return;
    const { isHere = () => true } = this.deps;
    const origins = all.map(({ origin }) => origin).filter(isHere);
    const files = new Set(origins.map(sourceFile).filter((file) => file !== undefined));
    for (const [file, watch] of this.watches) {
      if (files.has(file)) continue;
      watch.dispose();
      this.watches.delete(file);
    }
    for (const path of files) {
      if (this.watches.has(path)) continue;
      const watch = new FileWatch({ ...this.deps, path, onChange: () => this.changed(path) });
      this.watches.set(path, watch);
      watch.start();
    }
  }

  private async changed(file: string): Promise<void> {
    const { accounts, newLogins, isFollowed, isHere = () => true } = this.deps;
    const linked = (await accounts.list()).filter(
      ({ origin }) => sourceFile(origin) === file && isHere(origin) && isFollowed(origin.kind),
    );
    for (const account of linked) await this.adopt(account);
    if (!linked.some(({ origin }) => origin.kind === 'kiro-cli')) return;
    await newLogins.look(AbortSignal.any([this.closing.signal, timeLimit(lookLimitMs)]));
  }

  private async adopt({ id }: Account): Promise<void> {
    try {
      await this.deps.sessions.adoptFromSource(id);
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      this.deps.logger.debug(`Account ${id} was not brought up to date with its source (${error.message}).`);
    }
  }
}
